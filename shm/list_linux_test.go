package shm

import (
	"errors"
	"os"
	"reflect"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestList(t *testing.T) {
	inPrivateNamespace(t, func(t *testing.T) {
		for _, unit := range []int{0, 7, 255} {
			removeUnit(t, unit)
		}
		tooHigh := createSegment(t, 256, 96, 0o666)
		defer unix.SysvShmCtl(tooHigh, unix.IPC_RMID, nil)
		id := createSegment(t, 255, 100, 0o600)
		createSegment(t, 0, 80, 0o666)
		before := time.Now().Add(-2 * time.Second) // the kernel's are whole seconds of its last tick
		u := attach(t, 7, WithLayout(Layout88))

		list, err := List(testBase)
		if err != nil {
			t.Fatal(err)
		}
		var units []int
		for _, info := range list {
			units = append(units, info.Unit)
		}
		if !slices.Equal(units, []int{0, 7, 255}) {
			t.Fatalf("units %v, expected 0, 7, 255", units)
		}

		seven := list[1]
		if seven.AttachedAt.Before(before) || seven.ChangedAt.Before(before) || !seven.DetachedAt.IsZero() {
			t.Errorf("attached %v, changed %v, detached %v", seven.AttachedAt, seven.ChangedAt, seven.DetachedAt)
		}
		stat, err := u.Info()
		if err != nil || stat != seven {
			t.Errorf("the kernel says %+v, %v\nand its table %+v", stat, err, seven)
		}
		want := Info{Unit: 255, Key: testBase + 255, ID: id, Size: 100, Perm: 0o600,
			UID: os.Geteuid(), GID: os.Getegid(), CreatorPID: list[2].CreatorPID, ChangedAt: list[2].ChangedAt}
		if list[2] != want || want.CreatorPID == 0 {
			t.Errorf("%+v, expected %+v", list[2], want)
		}
	})
}

// A removed segment exists with the key 0 until the last process detaches it.
func TestListSkipsRemovedSegments(t *testing.T) {
	inPrivateNamespace(t, func(t *testing.T) {
		removeUnit(t, 2)
		attach(t, 2, WithLayout(Layout96))
		removeSegment(t, 2)
		if list, err := List(0); len(list) != 0 || err != nil {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

// SHM_STAT_ANY returns what /proc/sysvipc/shm shows.
func TestStatAll(t *testing.T) {
	inPrivateNamespace(t, func(t *testing.T) {
		removeUnit(t, 2)
		removeUnit(t, 3)
		createSegment(t, 2, 80, 0)
		createSegment(t, 3, 96, 0o600)
		want, err := readSysvipc()
		if err != nil {
			t.Skipf("no table to compare with: %v", err)
		}
		got, err := statAll()
		// An emulator cannot start the process of inPrivateNamespace. On the machine's own kernel,
		// which is later than Linux 4.17, EINVAL means a wrong command.
		if os.Getenv(namespaceVariable) != ownNamespace && (errors.Is(err, unix.ENOSYS) || errors.Is(err, unix.EINVAL)) {
			t.Skip("the emulator has no SHM_STAT_ANY")
		}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%+v, %v\nexpected %+v", got, err, want)
		}
	})
}

// A kernel that cannot list segments must not pass for one that has none.
func TestStatEach(t *testing.T) {
	never := func(int) (Info, error) { return Info{}, unix.EINVAL }
	onlyThird := func(index int) (Info, error) {
		if index != 2 {
			return Info{}, unix.EINVAL
		}
		return Info{ID: 7}, nil
	}
	for name, c := range map[string]struct {
		last         int
		haveSegments bool
		stat         func(int) (Info, error)
		want         []Info
		err          error
	}{
		"before Linux 4.17, with segments": {last: 2, haveSegments: true, stat: never, err: unix.EINVAL},
		"no segments":                      {last: 0, stat: never},
		"a gap":                            {last: 2, haveSegments: true, stat: onlyThird, want: []Info{{ID: 7}}},
		"forbidden":                        {last: 2, haveSegments: true, stat: func(int) (Info, error) { return Info{}, unix.EACCES }, err: unix.EACCES},
	} {
		if got, err := statEach(c.last, c.haveSegments, c.stat); !reflect.DeepEqual(got, c.want) || !errors.Is(err, c.err) {
			t.Errorf("%s: %+v, %v; want %+v, %v", name, got, err, c.want, c.err)
		}
	}
}

// A table of Linux 6.18, with a removed segment and a key above 0x7fffffff.
const sysvipcTable = `       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime                   rss                  swap
1314148402          5   666                    96  4242  4243      2     0     0     0     0 1795386302          0 1795386301                  4096                     0
         0          6  1600                    80     1     1      1   102   104   102   104 1795386302 1795386303 1795386301                  4096                     0
-889275714          7   600                100000     9     0      0  1000  1000  1000  1000          0          0 1795386301                     0                     0
`

func TestParseSysvipc(t *testing.T) {
	at := func(seconds int64) time.Time { return time.Unix(seconds, 0).UTC() }
	want := []Info{
		{Key: 0x4e545032, ID: 5, Size: 96, Perm: 0o666, CreatorPID: 4242, LastPID: 4243, Attached: 2,
			AttachedAt: at(1795386302), ChangedAt: at(1795386301)},
		{ID: 6, Size: 80, Perm: 0o600, Removed: true, UID: 102, GID: 104, CreatorPID: 1, LastPID: 1, Attached: 1,
			AttachedAt: at(1795386302), DetachedAt: at(1795386303), ChangedAt: at(1795386301)},
		{Key: 0xcafebabe, ID: 7, Size: 100000, Perm: 0o600, UID: 1000, GID: 1000, CreatorPID: 9, ChangedAt: at(1795386301)},
	}
	if got, err := parseSysvipc([]byte(sysvipcTable)); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v\nexpected %+v", got, err, want)
	}
	if got, err := parseSysvipc(nil); len(got) != 0 || err != nil {
		t.Errorf("nothing: %v, %v", got, err)
	}
	for _, text := range []string{"titles\n1 2 3\n", "titles\n1 2 9 4 5 6 7 8 9 10 11 12 13 14\n", "titles\n\n"} {
		if got, err := parseSysvipc([]byte(text)); err == nil {
			t.Errorf("%q: %v, expected an error", text, got)
		}
	}
}

// ListOf returns what List would return on the machine of the table.
func TestListOf(t *testing.T) {
	list, err := ListOf([]byte(sysvipcTable), KeyBase)
	if err != nil || len(list) != 1 || list[0].Unit != 2 || list[0].Size != 96 {
		t.Errorf("%+v, %v; want unit 2 alone", list, err)
	}
	if list, err := ListOf([]byte("titles\n1 2 3\n"), KeyBase); err == nil {
		t.Errorf("a broken table: %+v", list)
	}
}

func FuzzSysvipc(f *testing.F) {
	f.Add([]byte(sysvipcTable))
	f.Add([]byte("key shmid\n1 2 3\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		list, err := parseSysvipc(text)
		if err != nil && list != nil {
			t.Errorf("%v, and %+v", err, list)
		}
		for _, info := range list {
			if info.Perm&^uint32(rights) != 0 {
				t.Errorf("mode %o", info.Perm)
			}
		}
	})
}
