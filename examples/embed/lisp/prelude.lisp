; SPDX-License-Identifier: Apache-2.0
; What every program finds defined, as far as it can be written in Lisp.

(define (cadr list) (car (cdr list)))
(define (cddr list) (cdr (cdr list)))
(define (caddr list) (car (cddr list)))

(define (fold f so-far list)
  (if (null? list)
      so-far
      (fold f (f so-far (car list)) (cdr list))))

(define (reverse list)
  (fold (lambda (so-far item) (cons item so-far)) '() list))

(define (map f list)
  (reverse (fold (lambda (so-far item) (cons (f item) so-far)) '() list)))

(define (filter keep? list)
  (reverse (fold (lambda (so-far item) (if (keep? item) (cons item so-far) so-far)) '() list)))

(define (for-each f list)
  (while (pair? list)
    (f (car list))
    (set! list (cdr list))))

(define (append . lists)
  (define (two a b)
    (fold (lambda (so-far item) (cons item so-far)) b (reverse a)))
  (fold (lambda (so-far list) (two list so-far)) '() (reverse lists)))

(define (list-tail list count)
  (if (= count 0) list (list-tail (cdr list) (- count 1))))

(define (list-ref list index) (car (list-tail list index)))

; The numbers from start up to, and without, end.
(define (range start end)
  (let loop ((i (- end 1)) (numbers '()))
    (if (< i start)
        numbers
        (loop (- i 1) (cons i numbers)))))

(define (member item list)
  (cond ((null? list) #f)
        ((equal? item (car list)) list)
        (else (member item (cdr list)))))

(define (assoc key pairs)
  (cond ((null? pairs) #f)
        ((equal? key (car (car pairs))) (car pairs))
        (else (assoc key (cdr pairs)))))

(define (zero? n) (= n 0))
(define (even? n) (= (remainder n 2) 0))
(define (odd? n) (not (even? n)))
(define (abs n) (if (< n 0) (- n) n))
(define (min first . rest) (fold (lambda (a b) (if (< b a) b a)) first rest))
(define (max first . rest) (fold (lambda (a b) (if (> b a) b a)) first rest))

(define (newline) (display "\n"))

(define (string-join strings between)
  (if (null? strings)
      ""
      (apply string-append
             (cons (car strings)
                   (fold (lambda (so-far text) (cons between (cons text so-far)))
                         '()
                         (reverse (cdr strings)))))))

; Sorts by merging; items that are equal under before? keep their order.
(define (sort list before?)
  (define (merge a b merged)
    (cond ((and (null? a) (null? b)) (reverse merged))
          ((or (null? a) (and (pair? b) (before? (car b) (car a))))
           (merge a (cdr b) (cons (car b) merged)))
          (else (merge (cdr a) b (cons (car a) merged)))))
  (define (take list count)
    (let loop ((rest list) (left count) (taken '()))
      (if (= left 0)
          (reverse taken)
          (loop (cdr rest) (- left 1) (cons (car rest) taken)))))
  (let ((half (quotient (length list) 2)))
    (if (= half 0)
        list
        (merge (sort (take list half) before?)
               (sort (list-tail list half) before?)
               '()))))
