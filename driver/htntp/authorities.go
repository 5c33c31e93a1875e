package htntp

import (
	"crypto/x509"
	"errors"
	"fmt"

	"github.com/refclock/refclock/internal/regularfile"
)

// maxAuthorities limits the file of authorities: the list of a distribution has 250 KB.
const maxAuthorities = 4 << 20

// ErrNoCertificates is the error for a file without certificates.
var ErrNoCertificates = errors.New("expected certificates in PEM, found none")

// ReadAuthorities reads the trusted authorities, the Roots of a Config, from a file of
// certificates in PEM. Without a file name it returns nil: the authorities of the system.
func ReadAuthorities(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	pem, err := regularfile.ReadNamed(file, maxAuthorities)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s: %w", file, ErrNoCertificates)
	}
	return pool, nil
}
