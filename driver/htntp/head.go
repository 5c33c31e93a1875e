package htntp

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
)

const (
	// headMost is how long the head of an answer may be. Some send 8 KB of cookies
	// before the Date.
	headMost = 32 << 10

	// piecesMost is in how many pieces it may come: who drips it byte by byte wants
	// to keep us busy.
	piecesMost = 64

	// interimMost is how many answers of status 1xx may come before the real one.
	interimMost = 4
)

// A head is the part of an answer that matters.
type head struct {
	status    int
	http10    bool
	date      []byte // nil if there was none
	dates     int
	httpstime []byte
	age       []byte
	after     []byte // Retry-After
	via       bool
	closes    bool // the connection ends with the answer
	keeps     bool
	length    int64 // of the body, -1 if it is not said
	got       int64 // when the piece with the end of the Date came, on the monotonic clock
	told      int   // where the line ends that told the time
	rest      int   // bytes that came after the head
}

// A headReader reads heads, and stamps each piece as it comes.
type headReader struct {
	from   io.Reader
	buffer []byte
	filled int
	pieces []piece
}

type piece struct {
	end int   // how much had come by then
	at  int64 // on the monotonic clock
}

func newHeadReader(from io.Reader) *headReader {
	return &headReader{from: from, buffer: make([]byte, headMost), pieces: make([]piece, 0, piecesMost)}
}

// errDropped is a connection that ended before any byte of an answer.
var errDropped = errors.New("the connection was closed without an answer")

// read reads the head of one answer, and gives what the network said where none comes.
func (r *headReader) read() (head, error) {
	r.filled, r.pieces = 0, r.pieces[:0]
	for interim := 0; ; interim++ {
		end, err := r.fill()
		if err != nil {
			return head{}, err
		}
		h, err := parseHead(r.buffer[:end])
		if err != nil {
			return head{}, err
		}
		if h.status/100 != 1 {
			h.got = r.stamp(h)
			h.rest = r.filled - end
			return h, nil
		}
		if interim == interimMost {
			return head{}, ErrEndless
		}
		r.drop(end)
	}
}

// fill reads until there is a whole head, and gives where it ends.
func (r *headReader) fill() (end int, err error) {
	for {
		if i := bytes.Index(r.buffer[:r.filled], []byte("\r\n\r\n")); i >= 0 {
			return i + 4, nil
		}
		if r.filled == len(r.buffer) || len(r.pieces) == piecesMost {
			return 0, ErrEndless
		}
		n, err := r.from.Read(r.buffer[r.filled:])
		at := mono() // nothing may come between the read and its stamp
		if n > 0 {
			r.filled += n
			r.pieces = append(r.pieces, piece{r.filled, at})
			continue
		}
		switch {
		case err == nil:
			r.pieces = append(r.pieces, piece{r.filled, at}) // counts as one all the same
		case errors.Is(err, os.ErrDeadlineExceeded) && r.filled == 0:
			return 0, ErrNoAnswer
		case errors.Is(err, os.ErrDeadlineExceeded):
			return 0, ErrEndless
		case r.filled == 0:
			return 0, fmt.Errorf("%w: %w", errDropped, err)
		default:
			return 0, ErrNotHTTP.with(err)
		}
	}
}

// drop forgets an interim answer.
func (r *headReader) drop(end int) {
	copy(r.buffer, r.buffer[end:r.filled])
	r.filled -= end
	kept := r.pieces[:0]
	for _, p := range r.pieces {
		if p.end > end {
			kept = append(kept, piece{p.end - end, p.at})
		}
	}
	r.pieces = kept
}

// stamp is when the piece came that completed the Date: before that, the server may
// not have looked at its clock yet.
func (r *headReader) stamp(h head) int64 {
	for _, p := range r.pieces {
		if p.end >= h.told {
			return p.at
		}
	}
	return mono()
}

// parseHead takes a head apart. What it does not need it does not judge.
func parseHead(whole []byte) (head, error) {
	line, text, _ := bytes.Cut(whole, []byte("\r\n"))
	// HTTP/1.1 200 OK
	if len(line) < 12 || !bytes.HasPrefix(line, []byte("HTTP/1.")) || line[8] != ' ' {
		return head{}, ErrNotHTTP.because("%.40q", line)
	}
	h := head{http10: line[7] == '0', length: -1}
	for _, c := range line[9:12] {
		if c < '0' || c > '9' {
			return head{}, ErrNotHTTP.because("%.40q", line)
		}
		h.status = 10*h.status + int(c-'0')
	}
	if h.status < 100 {
		return head{}, ErrNotHTTP.because("%.40q", line)
	}
	for len(text) > 0 {
		line, text, _ = bytes.Cut(text, []byte("\r\n"))
		name, value, ok := bytes.Cut(line, []byte(":"))
		if !ok || len(name) == 0 || name[0] == ' ' || name[0] == '\t' {
			continue // the end, or the rest of the line before
		}
		if h.field(name, bytes.Trim(value, " \t")) {
			h.told = len(whole) - len(text)
		}
	}
	return h, nil
}

// field takes note of a field, and tells whether it is one that gives the time.
func (h *head) field(name, value []byte) bool {
	is := func(want string) bool { return bytes.EqualFold(name, []byte(want)) }
	switch {
	case is("Date"):
		h.dates++
		h.date = value
		return true
	case is("X-HTTPSTIME"):
		h.httpstime = value
		return true
	case is("Age"):
		h.age = value
	case is("Retry-After"):
		h.after = value
	case is("Via"):
		h.via = true
	case is("Content-Length"):
		if n, err := strconv.ParseInt(string(value), 10, 64); err == nil && n >= 0 {
			h.length = n
		}
	case is("Connection"):
		for token := range bytes.SplitSeq(value, []byte(",")) {
			token = bytes.TrimSpace(token)
			h.closes = h.closes || bytes.EqualFold(token, []byte("close"))
			h.keeps = h.keeps || bytes.EqualFold(token, []byte("keep-alive"))
		}
	}
	return false
}

// ends tells whether the connection is of no use after the answer.
func (h *head) ends() bool { return h.closes || h.http10 && !h.keeps }
