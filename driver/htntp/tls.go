package htntp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"time"
)

// secure sets up TLS on a connection. It does not verify the certificate. That is done by
// certify, and twice if the system clock is wrong.
func secure(ctx context.Context, conn net.Conn, h Host, roots *x509.CertPool) (*tls.Conn, *certificate, error) {
	secured := tls.Client(conn, &tls.Config{
		ServerName:         h.Name,
		MinVersion:         tls.VersionTLS12,
		NextProtos:         []string{"http/1.1"}, // one request is one write, one answer one read
		InsecureSkipVerify: true,                 // certify verifies chain and name
	})
	if err := secured.HandshakeContext(ctx); err != nil {
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
	if err != nil {
		return ErrCertificate.with(err)
	}
	return nil
}

// expiredOnly reports whether only the dates of a certificate are wrong.
func expiredOnly(err error) bool {
	var invalid x509.CertificateInvalidError
	return errors.As(err, &invalid) && invalid.Reason == x509.Expired
}
