package htntp

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/refclock/refclock/internal/regularfile"
	"github.com/refclock/refclock/internal/simweb"
)

func TestReadAuthorities(t *testing.T) {
	authority, err := simweb.NewAuthority(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	comment := func(size int) []byte { return append(bytes.Repeat([]byte("# comment\n"), size/10), authority.PEM()...) }
	for name, c := range map[string]struct {
		content []byte // nil: no such file
		err     error
	}{
		"one authority":           {content: authority.PEM()},
		"with 3 MB of comments":   {content: comment(3 << 20)},
		"with 5 MB of comments":   {content: comment(5 << 20), err: regularfile.ErrSize},
		"no such file":            {err: fs.ErrNotExist},
		"empty":                   {content: []byte{}, err: ErrNoCertificates},
		"a page instead of a PEM": {content: []byte("<html></html>\n"), err: ErrNoCertificates},
	} {
		file := filepath.Join(t.TempDir(), "ca.pem")
		if c.content != nil {
			if err := os.WriteFile(file, c.content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		pool, err := ReadAuthorities(file)
		if !errors.Is(err, c.err) || (err == nil) != pool.Equal(authority.Pool()) {
			t.Errorf("%s: %v, %v; want %v", name, pool, err, c.err)
		}
	}
	// Without a file, the authorities are those of the system.
	if pool, err := ReadAuthorities(""); pool != nil || err != nil {
		t.Errorf("no file: %v, %v", pool, err)
	}
}

// A chain may lead to a trusted authority through others. Without a certificate, there is
// nothing to verify.
func TestCertifyChain(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	var keys []*ecdsa.PrivateKey
	var chain []*x509.Certificate
	for i, name := range []string{"root", "first", "second", "a.example"} {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, key)
		template := &x509.Certificate{
			SerialNumber: big.NewInt(int64(i + 1)), Subject: pkix.Name{CommonName: name}, NotBefore: now.Add(-day), NotAfter: now.Add(day),
			IsCA: name != "a.example", BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign, DNSNames: []string{name},
		}
		issuer, issuerKey := template, key
		if i > 0 {
			issuer, issuerKey = chain[0], keys[i-1]
		}
		der, err := x509.CreateCertificate(rand.Reader, template, issuer, &key.PublicKey, issuerKey)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		chain = append([]*x509.Certificate{parsed}, chain...)
	}
	roots := x509.NewCertPool()
	roots.AddCert(chain[3])
	for _, c := range []struct {
		name  string
		chain []*x509.Certificate
		at    time.Time
		want  error
	}{
		{"whole", chain[:3], now, nil},
		{"with the root", chain, now, nil},
		{"without the second authority", []*x509.Certificate{chain[0], chain[2]}, now, ErrCertificate},
		{"without the first authority", chain[:2], now, ErrCertificate},
		{"expired", chain[:3], now.Add(2 * day), ErrExpired},
		{"none", nil, now, ErrCertificate},
	} {
		if err := (&certificate{chain: c.chain, name: "a.example", roots: roots}).certify(c.at); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}
