; SPDX-License-Identifier: Apache-2.0
; All ways to place eight queens so that none attacks another, by backtracking.

(define size 8)

; A placement is a list of columns; its first item belongs to the row placed last.
(define (safe? column placed)
  (let loop ((rest placed) (distance 1))
    (cond ((null? rest) #t)
          ((or (= (car rest) column)
               (= (abs (- (car rest) column)) distance))
           #f)
          (else (loop (cdr rest) (+ distance 1))))))

(define (extend placed)
  (if (= (length placed) size)
      (list placed)
      (apply append
             (map (lambda (column)
                    (if (safe? column placed) (extend (cons column placed)) '()))
                  (range 0 size)))))

(define (row column)
  (string-join (map (lambda (i) (if (= i column) "Q" ".")) (range 0 size)) " "))

(define solutions (extend '()))
(for-each (lambda (column) (print (row column))) (car solutions))
(print (length solutions) " solutions")
