package htntp

import (
	"crypto/x509"
	"errors"
	"fmt"
	"os"
)

// ErrNoCertificates tells of a file that was to have some.
var ErrNoCertificates = errors.New("expected certificates in PEM, found none")

// ReadAuthorities reads the only authorities to believe, the Roots of a Config, from a
// file of certificates in PEM. Without a file it is nil: those of the system. It fails
// with the error of the file, or ErrNoCertificates.
func ReadAuthorities(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s: %w", file, ErrNoCertificates)
	}
	return pool, nil
}
