; SPDX-License-Identifier: Apache-2.0
; Long lists: none of this needs more stack than for short ones, nor does freeing them.

(define count 50000)
(define numbers (range 0 count))
(print (length numbers) " numbers, the sum is " (fold + 0 numbers))
(print "by apply: " (apply + numbers))
(print "the last: " (list-ref numbers (- count 1)))
(print "squares of the even ones end in "
       (list-tail (map (lambda (n) (* n n)) (filter even? numbers)) (- (/ count 2) 3)))

; Numbers in no order, from a linear congruence, then sorted.
(define (shuffled count)
  (let loop ((i 0) (n 1) (made '()))
    (if (= i count)
        made
        (loop (+ i 1) (modulo (+ (* n 1103515245) 12345) 2147483648) (cons n made)))))

(define (sorted? list)
  (cond ((null? (cdr list)) #t)
        ((< (cadr list) (car list)) #f)
        (else (sorted? (cdr list)))))

(define mixed (shuffled 5000))
(define ordered (sort mixed <))
(print "sorted before and after: " (sorted? mixed) " " (sorted? ordered))
(print "equal to a copy: " (equal? numbers (append numbers '())))
