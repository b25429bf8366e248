# SPDX-License-Identifier: Apache-2.0
"""failure_test: a target that must not be analysed, and the sentence that says why."""

# What Bazel writes before a sentence of ours: the file, the rule and the calls that led to fail().
_BEFORE_A_SENTENCE = "Error in fail: "

def _sentences(target):
    """What fail() said, each once; a failure that is not ours as Bazel words it."""
    sentences = {}
    for cause in target[AnalysisFailureInfo].causes.to_list():
        sentences[cause.message.rpartition(_BEFORE_A_SENTENCE)[2].strip()] = True
    return sentences.keys()

def _failure_test_impl(ctx):
    target = ctx.attr.target[0]
    said = _sentences(target) if AnalysisFailureInfo in target else ["nothing: it could be analysed"]
    return [AnalysisTestResultInfo(
        success = said == [ctx.attr.sentence],
        message = "%s should say\n  %s\nbut says\n  %s" % (target.label, ctx.attr.sentence, "\n  ".join(said)),
    )]

failure_test = rule(
    implementation = _failure_test_impl,
    doc = "A test that target fails at analysis, and says exactly the sentence.",
    analysis_test = True,
    attrs = {
        "sentence": attr.string(mandatory = True, doc = "all that fail() says"),
        "target": attr.label(
            mandatory = True,
            cfg = analysis_test_transition(settings = {"//command_line_option:allow_analysis_failures": True}),
        ),
    },
)
