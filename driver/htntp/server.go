package htntp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// A server has what is known of a server from poll to poll, and the link to it.
type server struct {
	host      Host
	remote    string // address and port of the last link; empty behind a proxy
	dialer    *dialer
	since     time.Time // build date: an earlier Date is rejected
	httpstime bool      // use X-HTTPSTIME

	budget budget
	get    bool // GET, because HEAD does not work
	nonce  bool // a random query, to bypass caches

	link        *link
	networkTrip time.Duration // of the last link
	cert        *certificate  // of the last link; nil without TLS
	unconfirmed bool          // cert was verified only as of the server's own Date: the time is unknown
	elsewhere   string        // the other host to which the last answer redirects; "" for none
	minTrip     int64         // of the last poll
	trusted     bool          // agreed in the last poll with a result
	unlucky     bool          // was a beacon in the last poll, and found nothing
}

// maxTries is how many requests may be sent for one answer: over a connection that was
// closed meanwhile, then to a server that refuses HEAD, then to a cache.
const maxTries = 4

// A timeSource returns the instants at which a certificate must be valid; none if the time
// is unknown.
type timeSource func() []time.Time

// ask gets one answer. It sends the request at an instant of the monotonic clock or, if
// connecting takes longer, whole seconds later.
func (s *server) ask(ctx context.Context, at int64, trusted timeSource, trace func(Exchange)) (Answer, error) {
	for try := 0; ; try++ {
		if err := s.budget.spend(mono()); err != nil {
			return Answer{}, err
		}
		a, again, err := s.try(ctx, at, trusted, trace)
		if err == nil || !again || try == maxTries-1 || ctx.Err() != nil {
			if errors.Is(err, errStale) {
				err = ErrNotHTTP.with(err)
			}
			return a, err
		}
	}
}

// try sends one request. If it fails and another try may succeed, again is true.
func (s *server) try(ctx context.Context, at int64, trusted timeSource, trace func(Exchange)) (a Answer, again bool, err error) {
	if s.link == nil {
		if s.link, err = s.dialer.connect(ctx, s.host); err != nil {
			return a, false, err
		}
		s.networkTrip, s.remote = s.link.networkTrip, s.link.remote
		if err := s.checkCertificate(trusted); err != nil {
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
		trace(seen)
	}()
	h, sent, err := s.link.exchange(ctx, s.request(), at)
	if err != nil {
		s.drop()
		switch {
		case errors.Is(err, errStale):
			return a, true, err
		case errors.Is(err, errDropped) && !s.get:
			s.get = true // some servers close the connection on HEAD
			return a, true, ErrNotHTTP.with(err)
		case errors.Is(err, errDropped) && s.host.Secure:
			err = ErrNotHTTP.because("%w; it may support only HTTP/2", errDropped)
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

// checkCertificate verifies the certificate of a new link. If the time is unknown, plausible
// does that.
func (s *server) checkCertificate(trusted timeSource) error {
	s.cert, s.unconfirmed = s.link.cert, false
	if s.cert == nil {
		return nil
	}
	known := trusted()
	s.unconfirmed = len(known) == 0
	for _, at := range known {
		if err := s.cert.certify(at); err != nil {
			return err
		}
	}
	return nil
}

func (s *server) drop() {
	s.link.close()
	s.link = nil
}

// request returns a request that asks caches to pass it on. It is sent in one write.
func (s *server) request() []byte {
	method, path := "HEAD ", s.host.Path
	if s.get {
		method = "GET "
	}
	if s.httpstime {
		path = "/.well-known/time" // registered for X-HTTPSTIME
	}
	if s.nonce {
		separator := "?"
		if bytes.ContainsRune([]byte(path), '?') {
			separator = "&"
		}
		path += separator + strconv.FormatUint(rand.Uint64(), 36)
	}
	proxied := s.viaHTTPProxy()
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

// viaHTTPProxy reports whether a proxy sees the request and may answer it itself.
func (s *server) viaHTTPProxy() bool {
	return s.dialer.proxy != nil && !s.dialer.proxy.SOCKS && !s.host.Secure
}

// judge returns the time of an answer. The status does not matter: a redirect or an error
// has a Date, too.
func (s *server) judge(h head) (a Answer, again bool, err error) {
	if err := s.intercepted(h); err != nil {
		return a, false, err
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
	if s.httpstime && h.httpstime != nil {
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

// intercepted returns the Reason if another program than the server has written the answer.
// With a certificate none can.
//
// An error that the server has sent through a proxy counts: the proxy marks it with Via
// (RFC 9110, section 7.6.3). Its own errors have no Via, or a field that says so.
func (s *server) intercepted(h head) error {
	if s.host.Secure {
		return nil
	}
	s.elsewhere = s.redirected(h)
	failed := h.status >= 500 || h.status == 400 || h.status == 403 || h.status == 408
	switch {
	case h.status == 511: // RFC 6585, section 6
		return ErrPortal.because("status 511, Network Authentication Required")
	case h.refusal != nil && h.status >= 400:
		return gatewayReason(h).because("status %d, %.60q", h.status, h.refusal)
	case h.status == 407, s.viaHTTPProxy() && failed && !h.via:
		return gatewayReason(h).because("status %d, without a Via of the proxy", h.status)
	}
	return nil
}

// redirected returns the other host to which an answer redirects; "" for none. A captive
// portal redirects all names to its own.
func (s *server) redirected(h head) string {
	if h.status/100 != 3 {
		return ""
	}
	to, err := url.Parse(string(h.location))
	if err != nil || strings.EqualFold(to.Hostname(), s.host.Name) {
		return ""
	}
	return strings.ToLower(to.Host)
}

// maxYears is how many years after the build date a Date may be.
const maxYears = 20

// plausible rejects a Date that is out of range. It verifies an unconfirmed certificate as
// of the Date: that proves the server's name, but not its time.
func (s *server) plausible(date int64) error {
	at := time.Unix(0, date).UTC()
	if at.Before(s.since) || at.After(s.since.AddDate(maxYears, 0, 0)) {
		return ErrFarDate.because("%s; refclock was built on %s", at.Format(time.DateTime), s.since.Format(time.DateOnly))
	}
	if s.unconfirmed {
		return s.cert.certify(at)
	}
	return nil
}

// parseHTTPSTime parses 1763887777.123456: seconds since 1970, with up to nine decimals.
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
