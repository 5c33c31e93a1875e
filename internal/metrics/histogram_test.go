package metrics

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
)

// wantBounds are round, so that queries can name them, and the same on all machines.
var wantBounds = strings.Fields(`1e-07 1.78e-07 3.16e-07 5.62e-07 1e-06 1.78e-06 3.16e-06 5.62e-06 1e-05 1.78e-05 3.16e-05 5.62e-05
	0.0001 0.000178 0.000316 0.000562 0.001 0.00178 0.00316 0.00562 0.01 0.0178 0.0316 0.0562 0.1 0.178 0.316 0.562 1 +Inf`)

// A histogram has cumulative buckets from 100 ns to 1 s. A value that equals a bound is in its
// bucket, and a larger one than all bounds is only in +Inf.
func TestDistribution(t *testing.T) {
	var d distribution
	for _, value := range []float64{0, 1e-7, 1.1e-7, 0.999, 3} {
		d.add(value)
	}
	var text bytes.Buffer
	d.write(&text, "x", `a="b"`)
	buckets := regexp.MustCompile(`x_bucket\{a="b",le="([^"]+)"\} (\d+)\n`).FindAllStringSubmatch(text.String(), -1)
	if len(buckets) != 30 {
		t.Fatalf("%d buckets, want 30:\n%s", len(buckets), text.String())
	}
	for i, bucket := range buckets {
		want, wantCount := wantBounds[i], "3"
		switch i {
		case 0:
			wantCount = "2"
		case 28:
			wantCount = "4"
		case 29:
			wantCount = "5"
		}
		if bucket[1] != want || bucket[2] != wantCount {
			t.Errorf("bucket %d: %s up to %s, want %s up to %s", i, bucket[2], bucket[1], wantCount, want)
		}
	}
	if want := "x_sum{a=\"b\"} 3.99900021\nx_count{a=\"b\"} 5\n"; !bytes.HasSuffix(text.Bytes(), []byte(want)) {
		t.Errorf("it ends with\n%s, want\n%s", text.String()[text.Len()-60:], want)
	}
}
