; SPDX-License-Identifier: Apache-2.0
; Ends with an error, which names the line that is to blame and not one of the prelude.

(define (total prices)
  (fold + 0 prices))

(print "the first bill: " (total '(3 4.5)))
(print "the second bill: "
       (total '(3 "four" 5)))
(print "not reached")
