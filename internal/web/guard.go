package web

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// secure sets the headers of every answer.
func secure(h http.Header) {
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}

// A fault is why a request is refused; its code is 0 if it is not.
type fault struct {
	code int
	text string
}

func (f fault) answer(w http.ResponseWriter) {
	if f.code == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", "GET, HEAD")
	}
	http.Error(w, f.text, f.code)
}

// refuse returns why a request is not answered.
func (e *endpoint) refuse(r *http.Request) fault {
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		return fault{http.StatusMethodNotAllowed, "only GET and HEAD are allowed"}
	case r.ContentLength != 0:
		return fault{http.StatusBadRequest, "a request must have no body"}
	case e.local && r.Host == "": // of a program: browsers send a name
	case !e.knows(r.Host):
		return fault{http.StatusForbidden, "unknown host name; use the IP address or localhost"}
	case foreign(r):
		return fault{http.StatusForbidden, "requests from other web sites are refused"}
	}
	return fault{}
}

// knows reports whether a request may name this host. A web site that resolves its own name
// to this machine's address (DNS rebinding) has another one.
func (e *endpoint) knows(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	}
	if _, err := netip.ParseAddr(name); err == nil {
		return true
	}
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	if name == "localhost" {
		return true
	}
	own := strings.ToLower(e.host)
	short, _, _ := strings.Cut(own, ".") // a domain may follow, but not in mDNS
	return e.public && short != "" && (name == own || name == short || name == own+".local" || name == short+".local")
}

// foreign reports whether another web site makes the browser send a request. Following a
// link to the page is allowed.
func foreign(r *http.Request) bool {
	if origin := r.Header.Get("Origin"); origin != "" {
		u, err := url.Parse(origin)
		return err != nil || u.Scheme != "http" || u.Host != r.Host
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
		return false
	}
	return r.Header.Get("Sec-Fetch-Mode") != "navigate"
}
