; SPDX-License-Identifier: Apache-2.0
; Keeps everything that it makes: for --heap-limit.

(define kept '())
(print "before")
(while #t (set! kept (cons (list 1 2.5 "three") kept)))
(print "not reached")
