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
	// maxHead is the greatest size of an answer's head. Some servers send 8 KB of cookies
	// before the Date.
	maxHead = 64 << 10

	// maxPieces is in how many reads the head may arrive. A server that sends single
	// bytes may try to keep the client busy.
	maxPieces = 64

	// maxInterim is how many answers with status 1xx may precede the final one.
	maxInterim = 4
)

// A head is the status line and the header fields of an answer, as far as they are used.
type head struct {
	status    int
	http10    bool
	date      []byte // nil if there is none
	dates     int
	httpstime []byte
	age       []byte
	after     []byte // Retry-After
	via       bool
	location  []byte // of a redirect
	refusal   []byte // a field with which a proxy reports its own error; nil if there is none
	closes    bool   // Connection: close
	keeps     bool   // Connection: keep-alive
	length    int64  // of the body; -1 if unknown
	got       int64  // when the piece with the end of the Date arrived, on the monotonic clock
	timeEnd   int    // the end of the line with the time
	rest      int    // bytes received after the head
}

// A headReader reads heads and stamps each piece when it arrives.
type headReader struct {
	from   io.Reader
	buffer []byte
	filled int
	pieces []piece
}

type piece struct {
	end int   // bytes received by then
	at  int64 // on the monotonic clock
}

func newHeadReader(from io.Reader) *headReader {
	return &headReader{from: from, buffer: make([]byte, maxHead), pieces: make([]piece, 0, maxPieces)}
}

// errDropped means that the connection ended before any byte of an answer.
var errDropped = errors.New("the server closed the connection without an answer")

// read reads the head of one answer. It skips interim answers.
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
		if interim == maxInterim {
			return head{}, ErrEndless.because("more than %d answers with status 1xx", maxInterim)
		}
		r.drop(end)
	}
}

// fill reads until the buffer has a whole head, and returns its end.
func (r *headReader) fill() (end int, err error) {
	for {
		got := r.buffer[:r.filled]
		switch end := headEnd(got); {
		case end > 0:
			return end, nil
		case isHTTP2(got):
			return 0, ErrNotHTTP.because("the server supports only HTTP/2")
		case r.filled == len(r.buffer):
			return 0, ErrEndless.because("the head has more than %d KB", maxHead>>10)
		case len(r.pieces) == maxPieces:
			return 0, ErrEndless.because("the head arrives in more than %d pieces", maxPieces)
		}
		n, err := r.from.Read(r.buffer[r.filled:])
		at := mono() // must be directly after the read
		if n > 0 {
			r.filled += n
			r.pieces = append(r.pieces, piece{r.filled, at})
			continue
		}
		switch {
		case err == nil:
			r.pieces = append(r.pieces, piece{r.filled, at}) // so that the loop ends
		case errors.Is(err, os.ErrDeadlineExceeded) && r.filled == 0:
			return 0, ErrNoAnswer
		case errors.Is(err, os.ErrDeadlineExceeded):
			return 0, ErrEndless.because("%d bytes of a head in %v", r.filled, answerTimeout)
		case r.filled == 0:
			return 0, fmt.Errorf("%w: %w", errDropped, err)
		default:
			return 0, ErrNotHTTP.because("%.40q, then %w", r.buffer[:r.filled], err)
		}
	}
}

// headEnd returns the end of a head: an empty line. A line ends with LF, before which a CR may
// be missing (RFC 9112, section 2.2). It returns 0 without an end.
func headEnd(text []byte) int {
	for i, c := range text {
		if c != '\n' {
			continue
		}
		if rest := text[i+1:]; bytes.HasPrefix(rest, []byte("\n")) {
			return i + 2
		} else if bytes.HasPrefix(rest, []byte("\r\n")) {
			return i + 3
		}
	}
	return 0
}

// isHTTP2 reports whether the text begins with a frame SETTINGS or GOAWAY of HTTP/2 (RFC 9113,
// section 4.1), which such a server sends first: length (3 bytes), type, flags, stream 0.
func isHTTP2(text []byte) bool {
	const settings, goAway = 4, 7
	return len(text) >= 9 && text[0] == 0 && (text[3] == settings || text[3] == goAway) && bytes.Equal(text[5:9], make([]byte, 4))
}

// drop removes an interim answer from the buffer.
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

// stamp returns when the piece arrived that completes the Date. The server may send earlier
// pieces before it reads its clock.
func (r *headReader) stamp(h head) int64 {
	for _, p := range r.pieces {
		if p.end >= h.timeEnd {
			return p.at
		}
	}
	return mono()
}

// parseHead parses a head. It does not check what it does not need.
func parseHead(whole []byte) (head, error) {
	line, text := cutLine(whole)
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
		line, text = cutLine(text)
		name, value, ok := bytes.Cut(line, []byte(":"))
		if !ok || len(name) == 0 || name[0] == ' ' || name[0] == '\t' {
			continue // the end, or a continuation of the previous line
		}
		if h.field(name, bytes.Trim(value, " \t")) {
			h.timeEnd = len(whole) - len(text)
		}
	}
	return h, nil
}

// cutLine returns the first line, without its end, and the rest.
func cutLine(text []byte) (line, rest []byte) {
	line, rest, _ = bytes.Cut(text, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r")), rest
}

// field stores a header field, and reports whether it contains the time.
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
	case is("Location"):
		h.location = value
	case is("X-Squid-Error"), is("Proxy-Authenticate"), is("Proxy-Status") && bytes.Contains(value, []byte("error=")):
		h.refusal = value
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

// ends reports whether the connection ends with the answer.
func (h *head) ends() bool { return h.closes || h.http10 && !h.keeps }
