package metrics

import (
	"bytes"
	"fmt"
	"math"
	"regexp"
	"testing"
)

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
		var bound float64
		var count int
		_, err1 := fmt.Sscan(bucket[1], &bound)
		_, err2 := fmt.Sscan(bucket[2], &count)
		want, wantCount := 1e-7*math.Pow(10, float64(i)/4), 3
		switch i {
		case 0:
			wantCount = 2
		case 28:
			wantCount = 4
		case 29:
			want, wantCount = math.Inf(1), 5
		}
		if err1 != nil || err2 != nil || math.Abs(bound/want-1) > 1e-9 && bound != want || count != wantCount {
			t.Errorf("bucket %d: %d up to %v, want %d up to %v", i, count, bound, wantCount, want)
		}
	}
	if want := "x_sum{a=\"b\"} 3.99900021\nx_count{a=\"b\"} 5\n"; !bytes.HasSuffix(text.Bytes(), []byte(want)) {
		t.Errorf("it ends with\n%s, want\n%s", text.String()[text.Len()-60:], want)
	}
}
