; SPDX-License-Identifier: Apache-2.0
; Recursion without an end, outside of tail position.

(define (deep n)
  (+ 1 (deep (+ n 1))))

(deep 0)
