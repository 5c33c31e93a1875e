package htntp

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/refclock/refclock/driver"
)

// A Reason is why a server is excluded from a poll, and what to do about it.
type Reason struct {
	Text string // fixed; the title of a chapter of docs/troubleshooting.md
	Hint string // what the user can do; empty if the cause passes by itself
	Err  error  // the cause; may be nil
}

func (r *Reason) Error() string {
	if r.Err != nil {
		return r.Text + ": " + printable(r.Err.Error())
	}
	return r.Text
}

// printable returns a text in which others may have a part, such as the names in a
// certificate, as a person may read it: on one line, without control characters, and short.
func printable(text string) string {
	const most = 300
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "..."
	}
	if strings.ContainsFunc(text, func(c rune) bool { return !strconv.IsPrint(c) }) || !utf8.ValidString(text) {
		quoted := strconv.Quote(text)
		return quoted[1 : len(quoted)-1]
	}
	return text
}

func (r *Reason) Unwrap() error { return r.Err }

// Is reports whether target is the same reason without an error.
func (r *Reason) Is(target error) bool {
	t, ok := target.(*Reason)
	return ok && t.Text == r.Text && t.Err == nil
}

// with returns the reason with a cause.
func (r *Reason) with(err error) *Reason { return &Reason{r.Text, r.Hint, err} }

// because returns the reason with a cause in words.
func (r *Reason) because(format string, args ...any) *Reason {
	return r.with(fmt.Errorf(format, args...))
}

// advise returns the reason with another hint.
func (r *Reason) advise(hint string) *Reason { return &Reason{r.Text, hint, r.Err} }

// What to do about the statuses of proxies, for requests and for tunnels.
const (
	hintLogin       = "check the proxy's user name and password"
	hintForbidden   = "name a server that the proxy allows, or ask the proxy's administrator"
	hintUnreachable = "check the name of the server: the proxy cannot reach it"
)

// proxyHint returns the hint for a status; "" if the status says nothing.
func proxyHint(status int) string {
	switch status {
	case 407:
		return hintLogin + " " + driver.Setting("proxy-login")
	case 403, 405:
		return hintForbidden
	case 404, 500, 502, 503, 504:
		return hintUnreachable
	}
	return ""
}

// gatewayReason returns ErrGateway with a hint for the answer.
func gatewayReason(h head) *Reason {
	hint := proxyHint(h.status)
	switch {
	case hint == "":
		hint = ErrGateway.Hint
	case h.status != 407:
		hint = "use https:// instead of http://, or " + hint
	}
	return ErrGateway.advise(hint)
}

const otherServer = "name another server"

// The reasons to exclude a server.
var (
	ErrConnect     = &Reason{Text: "cannot be reached", Hint: "check the name, the network and the proxy " + driver.Setting("proxy")}
	ErrProxy       = &Reason{Text: "no connection through the proxy", Hint: "check its address " + driver.Setting("proxy")}
	ErrCertificate = &Reason{Text: "invalid certificate", Hint: "check the name; for a server of your own, name the file with the certificate of its authority " + driver.Setting("ca")}
	ErrExpired     = &Reason{Text: "certificate has expired or is not yet valid", Hint: "if the system clock is right, " + otherServer + "; otherwise set it once, to today's date"}
	ErrNotHTTP     = &Reason{Text: "no HTTP answer", Hint: "check the name and the port"}
	ErrEndless     = &Reason{Text: "answer does not end", Hint: otherServer}
	ErrNoAnswer    = &Reason{Text: "request timed out", Hint: otherServer}
	ErrSlow        = &Reason{Text: "answers take longer than 2 s", Hint: otherServer + ", closer to this machine"}
	ErrNoDate      = &Reason{Text: "answers without a Date", Hint: otherServer}
	ErrBadDate     = &Reason{Text: "invalid Date", Hint: otherServer}
	ErrTwoDates    = &Reason{Text: "answers with two Dates", Hint: otherServer}
	ErrFarDate     = &Reason{Text: "implausible Date", Hint: otherServer + "; if that date is right, install a newer refclock"}
	ErrLeap        = &Reason{Text: "Date is a leap second"}
	ErrCached      = &Reason{Text: "answer is from a cache", Hint: "use https:// instead of http://, so that caches cannot answer"}
	ErrGateway     = &Reason{Text: "answer is from the proxy", Hint: "use https:// instead of http://, or check that the proxy allows this server"}
	ErrPortal      = &Reason{Text: "answer is from a captive portal", Hint: "log in to this network with a web browser, or use https:// instead of http://"}
	ErrFrozen      = &Reason{Text: "Date does not change on a connection", Hint: otherServer}
	ErrContradicts = &Reason{Text: "Dates contradict each other", Hint: otherServer + " if this repeats: its clock was set, or it is several machines"}
	ErrSame        = &Reason{Text: "same server as another name", Hint: otherServer + ": a server has one vote, whatever its names"}
	ErrAskedToWait = &Reason{Text: "rate limited by the server", Hint: "wait, or poll less often " + driver.Setting("interval")}
	ErrBudget      = &Reason{Text: "hourly request limit reached"}
)
