; SPDX-License-Identifier: Apache-2.0
; Builds, cuts, searches and counts strings.

(define (repeat text count)
  (if (= count 0) "" (string-append text (repeat text (- count 1)))))

(print (repeat "-=" 20))
(print (string-join '("pool" "arena" "block") ", "))
(print (substring "mark and sweep" 9) " then " (substring "mark and sweep" 0 4))

; Every string along the way becomes garbage, most of a megabyte in all.
(define long "")
(let loop ((i 0))
  (if (< i 500)
      (begin
        (set! long (string-append long (number->string (* i i)) ";"))
        (loop (+ i 1)))))
(print (string-length long) " bytes, the end of which is " (substring long (- (string-length long) 15)))

(define (split text separator)
  (let loop ((start 0) (parts '()))
    (let ((found (string-search text separator start)))
      (if found
          (loop (+ found (string-length separator)) (cons (substring text start found) parts))
          (reverse (cons (substring text start) parts))))))

(define (count-words words)
  (define (add counts word)
    (let ((known (assoc word counts)))
      (cons (list word (if known (+ 1 (cadr known)) 1))
            (filter (lambda (entry) (not (equal? (car entry) word))) counts))))
  (sort (fold add '() words) (lambda (a b) (string<? (car a) (car b)))))

(for-each (lambda (entry) (print (car entry) " " (cadr entry)))
          (count-words (split "the block the pool the arena a pool of the arena" " ")))

(write (list "quotes: \"" "a backslash: \\" 'symbol 1.5 (string->number "12") (string->number "x")))
(newline)
(print (string->symbol (string-append "made-" "up")))
