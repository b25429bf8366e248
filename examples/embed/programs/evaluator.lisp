; SPDX-License-Identifier: Apache-2.0
; Lisp in Lisp: an evaluator for a language of lambda, if, quote and names, which runs a recursive
; program without any define: the function gets itself as an argument.

(define (look-up name scope)
  (let ((found (assoc name scope)))
    (if found (cadr found) (error "not known inside" name))))

(define (run expression scope)
  (cond ((symbol? expression) (look-up expression scope))
        ((not (pair? expression)) expression)
        ((eq? (car expression) 'quote) (cadr expression))
        ((eq? (car expression) 'if)
         (run (if (run (cadr expression) scope)
                  (caddr expression)
                  (list-ref expression 3))
              scope))
        ((eq? (car expression) 'lambda)
         (lambda arguments
           (run (caddr expression)
                (append (zip (cadr expression) arguments) scope))))
        (else
         (let ((parts (map (lambda (part) (run part scope)) expression)))
           (apply (car parts) (cdr parts))))))

(define (zip names values)
  (if (null? names)
      '()
      (cons (list (car names) (car values)) (zip (cdr names) (cdr values)))))

(define globals (list (list '+ +) (list '- -) (list '* *) (list '< <) (list '= =)))

(define factorial
  '((lambda (f n) (f f n))
    (lambda (self n) (if (= n 0) 1 (* n (self self (- n 1)))))
    20))

(define fibonacci
  '((lambda (f n) (f f n))
    (lambda (self n) (if (< n 2) n (+ (self self (- n 1)) (self self (- n 2)))))
    12))

(print "20! = " (run factorial globals))
(print "fibonacci of 12 = " (run fibonacci globals))
