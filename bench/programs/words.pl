# SPDX-License-Identifier: Apache-2.0
# A real program for //bench: hashes, arrays of arrays, sorting and pattern matching.
use strict;
use warnings;

srand(1);
my @words = map { join '', map { chr(97 + int rand 26) } 1 .. 2 + int rand 8 } 1 .. 60000;
my (%count, %by_first);
for my $round (1 .. 4) {
    for my $word (@words) {
        (my $other = $word) =~ s/([aeiou])/<$1>/g;
        $count{$other}++;
        push @{ $by_first{substr $word, 0, 2} }, [$round, $word, length $other];
    }
}
my @sorted = sort { $count{$b} <=> $count{$a} || $a cmp $b } keys %count;
my $lines = join "\n", map { join ',', map { $_->[1] } @{ $by_first{$_} } } sort keys %by_first;
my $matches = () = $lines =~ /\b[a-m]\w*[n-z]\b/g;
print scalar(@sorted), " $sorted[0] $matches ", length $lines, "\n";
