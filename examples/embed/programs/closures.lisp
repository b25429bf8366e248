; SPDX-License-Identifier: Apache-2.0
; Functions that keep variables of their own, and calls in tail position.

(define (make-counter step)
  (let ((count 0))
    (lambda ()
      (set! count (+ count step))
      count)))

(define by-one (make-counter 1))
(define by-ten (make-counter 10))
(by-one)
(by-one)
(by-ten)
(print "two counters: " (by-one) " " (by-ten))

(define (compose . functions)
  (if (null? functions)
      (lambda (x) x)
      (lambda (x) ((car functions) ((apply compose (cdr functions)) x)))))

(print "((5 + 1) * 2)^2 = " ((compose (lambda (x) (* x x)) (lambda (x) (* x 2)) (lambda (x) (+ x 1))) 5))

; A stream: a pair of a number and a function that makes the rest.
(define (numbers-from n) (cons n (lambda () (numbers-from (+ n 1)))))
(define (sieve stream)
  (let ((prime (car stream)))
    (cons prime
          (lambda ()
            (sieve (keep (lambda (n) (not (= 0 (remainder n prime)))) ((cdr stream))))))))
(define (keep wanted? stream)
  (if (wanted? (car stream))
      (cons (car stream) (lambda () (keep wanted? ((cdr stream)))))
      (keep wanted? ((cdr stream)))))
(define (take stream count)
  (if (= count 0) '() (cons (car stream) (take ((cdr stream)) (- count 1)))))
(print "primes: " (take (sieve (numbers-from 2)) 15))

; Neither of these takes any stack.
(define (is-even? n) (if (= n 0) #t (is-odd? (- n 1))))
(define (is-odd? n) (if (= n 0) #f (is-even? (- n 1))))
(print "is a hundred thousand even? " (is-even? 100000))

; The body stays alive although nobody but the call itself knows it any more.
(define (once)
  (set! once #f)
  (collect-garbage)
  "the last line of a function that is gone")
(print (once))
