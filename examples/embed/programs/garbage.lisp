; SPDX-License-Identifier: Apache-2.0
; Makes trees and forgets them: tens of megabytes over time, of which little lives at once.

(define (tree depth)
  (if (= depth 0)
      '()
      (cons (tree (- depth 1)) (tree (- depth 1)))))

(define (count tree)
  (if (null? tree) 0 (+ 1 (count (car tree)) (count (cdr tree)))))

(define kept (tree 12))
(define sum 0)
(define round 0)
(while (< round 60)
  (set! sum (+ sum (count (tree 10))))
  (set! round (+ round 1)))

(print "pairs made and lost: " sum)
(print "pairs kept: " (count kept))

(define with-tree (collect-garbage))
(set! kept #f)
(print "objects freed with the tree: " (- with-tree (collect-garbage)))
