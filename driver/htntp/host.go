package htntp

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// A Host is a web server and the path to request.
type Host struct {
	Secure bool   // https
	Name   string // or IP address
	Port   string
	Path   string // begins with a slash
}

// ParseHost parses NAME, NAME:PORT, http://NAME/PATH or https://NAME/PATH. Without a scheme
// it is https, so that the answer cannot be changed on the way.
func ParseHost(text string) (Host, error) {
	full := text
	if !strings.Contains(full, "://") {
		full = "https://" + full
	}
	u, err := url.Parse(full)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || strings.ContainsAny(text, " \r\n\t") || u.Port() != "" && !validPort(u.Port()) {
		return Host{}, fmt.Errorf("server %q: expected a name such as www.example.org, http://www.example.org or https://[2001:db8::1]:8443/path", RedactURL(text))
	}
	h := Host{Secure: u.Scheme == "https", Name: canonical(u.Hostname()), Port: u.Port(), Path: u.EscapedPath()}
	if u.RawQuery != "" {
		h.Path += "?" + u.RawQuery
	}
	if !strings.HasPrefix(h.Path, "/") {
		h.Path = "/" + h.Path
	}
	if h.Port == "" {
		h.Port = map[bool]string{false: "80", true: "443"}[h.Secure]
	}
	return h, nil
}

// Same reports whether both are the same server: of one name and port, whatever the path.
func (h Host) Same(other Host) bool { return h.address() == other.address() }

// canonical returns a name as all its spellings have it: DNS names have no case, and may end
// with a dot.
func canonical(name string) string {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	if ip, err := netip.ParseAddr(name); err == nil {
		return ip.String()
	}
	return name
}

// address returns the host and port to connect to.
func (h Host) address() string { return net.JoinHostPort(h.Name, h.Port) }

// authority returns the host and port for a request, without a default port.
func (h Host) authority() string {
	if h.Secure && h.Port == "443" || !h.Secure && h.Port == "80" {
		return strings.TrimSuffix(net.JoinHostPort(h.Name, ""), ":")
	}
	return h.address()
}

func (h Host) String() string {
	scheme := "http://"
	if h.Secure {
		scheme = "https://"
	}
	return scheme + h.authority() + strings.TrimSuffix(h.Path, "/")
}
