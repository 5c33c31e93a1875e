package htntp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
	"time"
)

// secure sets up TLS on a connection. It does not verify the certificate. That is done by
// certify, as of every time that must be right.
func secure(ctx context.Context, conn net.Conn, h Host, roots *x509.CertPool) (*tls.Conn, *certificate, error) {
	secured := tls.Client(conn, &tls.Config{
		ServerName:         h.Name,
		MinVersion:         tls.VersionTLS12,
		NextProtos:         []string{"http/1.1"}, // one request is one write, one answer one read
		InsecureSkipVerify: true,                 // certify verifies chain and name
	})
	switch err := secured.HandshakeContext(ctx); {
	case err == nil:
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET):
		return nil, nil, ErrConnect.because("the server ended the TLS handshake; it may support only HTTP/2, or only an old version of TLS")
	case strings.Contains(err.Error(), "no application protocol"): // its alert has no exported type
		return nil, nil, ErrNotHTTP.because("the server supports only HTTP/2")
	default:
		return nil, nil, ErrConnect.with(err)
	}
	return secured, &certificate{chain: secured.ConnectionState().PeerCertificates, name: h.Name, roots: roots}, nil
}

// A certificate is the chain with which a server proves its name.
type certificate struct {
	chain []*x509.Certificate
	name  string
	roots *x509.CertPool // nil: those of the system
}

// certify verifies the chain and the name as of an instant.
func (c *certificate) certify(at time.Time) error {
	if len(c.chain) == 0 {
		return ErrCertificate.because("the server sends none")
	}
	intermediates := x509.NewCertPool()
	for _, issuer := range c.chain[1:] {
		intermediates.AddCert(issuer)
	}
	_, err := c.chain[0].Verify(x509.VerifyOptions{
		DNSName: c.name, Roots: c.roots, Intermediates: intermediates, CurrentTime: at,
	})
	var invalid x509.CertificateInvalidError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired: // only the dates are wrong
		return ErrExpired.because("it is valid from %s to %s, and it is %s",
			invalid.Cert.NotBefore.UTC().Format(time.DateTime), invalid.Cert.NotAfter.UTC().Format(time.DateTime), at.UTC().Format(time.DateTime))
	}
	return ErrCertificate.with(err)
}
