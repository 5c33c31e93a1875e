package htntp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"
)

// A server is what is known of one from poll to poll, and the link to it.
type server struct {
	host   Host
	dialer *dialer
	since  time.Time // of the build: no Date can be earlier
	finer  bool      // ask for X-HTTPSTIME

	budget budget
	get    bool // HEAD is of no use with it
	nonce  bool // only a name that nobody has asked for gets past the caches

	link    *link
	reach   time.Duration // of the last link
	cert    *certificate  // that it has shown last, nil without TLS
	coarse  bool          // which has been judged as of the server's own Date only
	least   int64         // round trip of the last poll
	trusted bool          // agreed in the last poll
}

// triesMost is how many requests may be made for one answer: a connection that was
// closed meanwhile, then HEAD refused, then a cache.
const triesMost = 4

// trusting is the time by which certificates are judged, false if it is not known.
type trusting func() (time.Time, bool)

// ask gets one answer, to a request that is sent at an instant of the monotonic clock
// or, where it takes longer to get ready, whole seconds later.
func (s *server) ask(ctx context.Context, at int64, trust trusting, tell func(Exchange)) (Answer, error) {
	for try := 0; ; try++ {
		if err := s.budget.spend(mono()); err != nil {
			return Answer{}, err
		}
		a, again, err := s.try(ctx, at, trust, tell)
		if err == nil || !again || try == triesMost-1 || ctx.Err() != nil {
			if errors.Is(err, errStale) {
				err = ErrNotHTTP.with(err)
			}
			return a, err
		}
	}
}

// try makes one request. The error of a try that is worth another one comes with again.
func (s *server) try(ctx context.Context, at int64, trust trusting, tell func(Exchange)) (a Answer, again bool, err error) {
	if s.link == nil {
		if s.link, err = s.dialer.connect(ctx, s.host); err != nil {
			return a, false, err
		}
		s.reach = s.link.reach
		if err := s.meet(trust); err != nil {
			s.drop()
			return a, false, err
		}
	}
	for ; at < mono(); at += second {
	}
	fresh := !s.link.used
	seen := Exchange{Host: s.host, Head: !s.get}
	defer func() {
		seen.Err = err
		tell(seen)
	}()
	h, sent, err := s.link.exchange(ctx, s.request(), at)
	if err != nil {
		s.drop()
		switch {
		case errors.Is(err, errStale):
			return a, true, err
		case errors.Is(err, errDropped) && !s.get:
			s.get = true // some close the door on HEAD
			return a, true, ErrNotHTTP.with(err)
		case !isReason(err):
			err = ErrNotHTTP.with(err)
		}
		return a, false, err
	}
	a, again, err = s.judge(h)
	a.Sent, a.Got, a.Fresh = sent, h.got, fresh
	seen.Status, seen.Trip, seen.Date = h.status, time.Duration(a.trip()), string(h.date)
	if err == nil {
		seen.prove(a, now())
	}
	if !s.link.finish(ctx, h, s.get) {
		s.drop()
	}
	return a, again, err
}

// meet judges the certificate of a new link.
func (s *server) meet(trust trusting) error {
	s.cert, s.coarse = s.link.cert, false
	if s.cert == nil {
		return nil
	}
	at, known := trust()
	if !known {
		s.coarse = true
		return nil
	}
	err := s.cert.certify(at)
	if err != nil && onlyDates(err) {
		s.coarse = true
		return nil
	}
	return err
}

func (s *server) drop() {
	s.link.close()
	s.link = nil
}

// request is what is sent, in one write. Caches are asked to leave it alone.
func (s *server) request() []byte {
	method, path := "HEAD ", s.host.Path
	if s.get {
		method = "GET "
	}
	if s.finer {
		path = "/.well-known/time" // registered for X-HTTPSTIME
	}
	if s.nonce {
		separator := "?"
		if bytes.ContainsRune([]byte(path), '?') {
			separator = "&"
		}
		path += separator + strconv.FormatUint(rand.Uint64(), 36)
	}
	proxied := s.throughHTTP()
	if proxied {
		path = "http://" + s.host.authority() + path
	}
	request := method + path + " HTTP/1.1\r\nHost: " + s.host.authority() + "\r\nUser-Agent: " + s.dialer.agent +
		"\r\nAccept: */*\r\nCache-Control: no-cache\r\nPragma: no-cache\r\n"
	if s.get {
		request += "Range: bytes=0-0\r\n"
	}
	if proxied {
		request += s.dialer.proxy.authorization()
	}
	return []byte(request + "\r\n")
}

// throughHTTP tells whether a proxy sees the request and may answer in the server's place.
func (s *server) throughHTTP() bool {
	return s.dialer.proxy != nil && !s.dialer.proxy.SOCKS && !s.host.Secure
}

// judge tells what an answer says of the time. Its status does not matter: a server
// that redirects or refuses tells the time as well as any other.
func (s *server) judge(h head) (a Answer, again bool, err error) {
	if s.throughHTTP() && (h.status >= 500 || h.status == 400 || h.status == 403 || h.status == 407 || h.status == 408) {
		return a, false, ErrGateway.because("status %d", h.status)
	}
	if age, err := strconv.ParseUint(string(h.age), 10, 63); h.age != nil && (err != nil || age > 0) {
		again, s.nonce = !s.nonce, true
		return a, again, ErrCached.because("Age: %.20q", h.age)
	}
	switch {
	case h.dates == 0 && h.httpstime == nil:
		again, s.get = !s.get, true
		return a, again, ErrNoDate.because("status %d", h.status)
	case h.dates > 1:
		return a, false, ErrTwoDates
	}
	a.Step = second
	if h.dates == 1 {
		a.Date, err = parseDate(h.date, s.since)
	}
	if s.finer && h.httpstime != nil {
		a.Date, a.Step, err = parseHTTPSTime(h.httpstime)
	}
	if h.status == 429 || h.status == 503 && h.after != nil {
		s.budget.wait(mono(), h.after, a.Date, s.since)
		return a, false, ErrAskedToWait.because("status %d, Retry-After: %.40q", h.status, h.after)
	}
	switch {
	case errors.Is(err, errLeap):
		return a, false, ErrLeap
	case err != nil:
		return a, false, ErrBadDate.with(err)
	}
	return a, false, s.plausible(a.Date)
}

// yearsMost is how long after its build a program is believed to run.
const yearsMost = 20

// plausible refuses what no clock can show. Where the certificate awaits a time to be
// judged by, it is judged as of the server's own: that does not make the Date right,
// but the server must be who it is.
func (s *server) plausible(date int64) error {
	at := time.Unix(0, date).UTC()
	if at.Before(s.since) || at.After(s.since.AddDate(yearsMost, 0, 0)) {
		return ErrFarDate.because("%s; this program was built on %s", at.Format(time.DateTime), s.since.Format(time.DateOnly))
	}
	if s.coarse {
		return s.cert.certify(at)
	}
	return nil
}

// parseHTTPSTime reads 1763887777.123456: seconds since 1970, and what is less than one.
func parseHTTPSTime(text []byte) (at, step int64, err error) {
	whole, part, _ := bytes.Cut(text, []byte("."))
	seconds, err := strconv.ParseUint(string(whole), 10, 33)
	if err != nil || len(part) > 9 {
		return 0, 0, fmt.Errorf("X-HTTPSTIME: expected seconds with up to nine decimals, found %.40q", text)
	}
	at, step = int64(seconds)*second, second
	for _, c := range part {
		if c < '0' || c > '9' {
			return 0, 0, fmt.Errorf("X-HTTPSTIME: expected seconds with up to nine decimals, found %.40q", text)
		}
		step /= 10
		at += int64(c-'0') * step
	}
	return at, step, nil
}
