// SPDX-License-Identifier: GPL-2.0
/*
 * vmptp makes PTP hardware clocks without hardware: one for each card in the table below. Each
 * card runs free, reads an external time stamp at each second of CLOCK_REALTIME plus phase_ns,
 * and has the faults of its name. The stamp is exact: the card's clock and CLOCK_REALTIME are
 * read at one value of the kernel's counter.
 */
#include <linux/hrtimer.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/ptp_clock_kernel.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timekeeping.h>

static uint phase_ns; /* from the second of CLOCK_REALTIME to the pulse */
module_param(phase_ns, uint, 0644);
static int ppb = 12345; /* how much the cards are fast, in parts in 10^9 */
module_param(ppb, int, 0444);

#define PULSE_NS (100 * NSEC_PER_MSEC)

enum kind { GOOD, PRECISE, LOSE, REPEAT, REORDER, BOTH, STRICT, STEP, RESET, LATE, SECOND, SHARED, NO_STAMPS, WRONG_PIN, BUSY, KINDS };

static const char *const names[KINDS] = {
	[GOOD] = "vmptp",
	[PRECISE] = "vmptp precise",	 /* with cross time stamps (PTP_SYS_OFFSET_PRECISE) */
	[LOSE] = "vmptp lose",		 /* each seventh stamp */
	[REPEAT] = "vmptp repeat",	 /* each fifth stamp comes twice */
	[REORDER] = "vmptp reorder",	 /* each sixth stamp comes after the next */
	[BOTH] = "vmptp both",		 /* stamps both edges, even if one was asked for */
	[STRICT] = "vmptp strict",	 /* stamps both edges, and refuses to stamp one */
	[STEP] = "vmptp step",		 /* each eighth stamp: the clock is stepped before it can be read */
	[RESET] = "vmptp reset",	 /* each eighth stamp: the clock starts at 0 just before the pulse */
	[LATE] = "vmptp late",		 /* polls for its stamps: they come 100 ms late */
	[SECOND] = "vmptp second",	 /* each fifth stamp is a second off, early or late */
	[SHARED] = "vmptp shared",	 /* has no fault, and is for several readers */
	[NO_STAMPS] = "vmptp no stamps", /* has no external time stamps */
	[WRONG_PIN] = "vmptp wrong pin", /* its pin 0 cannot stamp, pin 1 can */
	[BUSY] = "vmptp busy",		 /* does not permit time stamps now */
};

struct card {
	enum kind kind;
	struct ptp_clock *clock;
	struct ptp_clock_info info;
	struct ptp_pin_desc pins[2];
	struct hrtimer timer;
	spinlock_t lock;
	s64 ahead; /* of CLOCK_MONOTONIC_RAW, apart from ppb */
	bool wanted, high;
	u32 count;
	u64 held; /* a stamp that comes later; 0 is none */
};

static struct card cards[KINDS];

static u64 read_card(struct card *c, u64 raw)
{
	return raw + c->ahead + div_s64((s64)raw * ppb, NSEC_PER_SEC);
}

static struct card *card_of(struct ptp_clock_info *info) { return container_of(info, struct card, info); }

static int vm_gettime(struct ptp_clock_info *info, struct timespec64 *ts, struct ptp_system_timestamp *sts)
{
	struct card *c = card_of(info);
	unsigned long flags;
	u64 raw;

	spin_lock_irqsave(&c->lock, flags);
	ptp_read_system_prets(sts);
	raw = ktime_get_raw_ns();
	ptp_read_system_postts(sts); /* before the division, which is slow on 32 bits */
	*ts = ns_to_timespec64(read_card(c, raw));
	spin_unlock_irqrestore(&c->lock, flags);
	return 0;
}

static int vm_crosststamp(struct ptp_clock_info *info, struct system_device_crosststamp *cts)
{
	struct card *c = card_of(info);
	struct system_time_snapshot now;
	unsigned long flags;

	spin_lock_irqsave(&c->lock, flags);
	ktime_get_snapshot(&now);
	cts->device = ns_to_ktime(read_card(c, ktime_to_ns(now.raw)));
	cts->sys_realtime = now.real;
	cts->sys_monoraw = now.raw;
	spin_unlock_irqrestore(&c->lock, flags);
	return 0;
}

static int vm_adjtime(struct ptp_clock_info *info, s64 delta)
{
	struct card *c = card_of(info);
	unsigned long flags;

	spin_lock_irqsave(&c->lock, flags);
	c->ahead += delta;
	spin_unlock_irqrestore(&c->lock, flags);
	return 0;
}

static int vm_settime(struct ptp_clock_info *info, const struct timespec64 *ts)
{
	return vm_adjtime(info, timespec64_to_ns(ts) - (s64)read_card(card_of(info), ktime_get_raw_ns()));
}

static int vm_adjfine(struct ptp_clock_info *info, long scaled_ppm) { return 0; }

static int vm_verify(struct ptp_clock_info *info, unsigned int pin, enum ptp_pin_function function, unsigned int channel)
{
	struct card *c = card_of(info);

	return function == PTP_PF_EXTTS && c->kind == WRONG_PIN && pin == 0 ? -1 : 0;
}

static int vm_enable(struct ptp_clock_info *info, struct ptp_clock_request *r, int on)
{
	struct card *c = card_of(info);

	if (r->type != PTP_CLK_REQ_EXTTS)
		return -EOPNOTSUPP;
	if (c->kind == BUSY)
		return -EBUSY;
	if (c->kind == STRICT && on && (r->extts.flags & PTP_STRICT_FLAGS) && (r->extts.flags & PTP_EXTTS_EDGES) != PTP_EXTTS_EDGES)
		return -EOPNOTSUPP;
	c->wanted = on;
	return 0;
}

static void deliver(struct card *c, u64 stamp)
{
	struct ptp_clock_event event = { .type = PTP_CLOCK_EXTTS, .index = 0, .timestamp = stamp };

	if (c->wanted)
		ptp_clock_event(c->clock, &event);
}

/* begin handles the edge that begins a pulse, with the faults of the card. */
static void begin(struct card *c, u64 stamp)
{
	u32 n = c->count++;

	switch (c->kind) {
	case LOSE:
		if (n % 7 == 6)
			return;
		break;
	case REPEAT:
		if (n % 5 == 4)
			deliver(c, stamp);
		break;
	case REORDER:
		if (n % 6 == 5) {
			c->held = stamp;
			return;
		}
		if (c->held) {
			deliver(c, stamp);
			stamp = c->held;
			c->held = 0;
		}
		break;
	case LATE:
		c->held = stamp;
		return;
	case SECOND:
		if (n % 5 == 4)
			stamp += n % 10 == 4 ? NSEC_PER_SEC : -NSEC_PER_SEC;
		break;
	default:
	}
	deliver(c, stamp);
	if (c->kind == STEP && n % 8 == 7)
		c->ahead += n % 16 == 7 ? 300 * NSEC_PER_MSEC : -300 * (s64)NSEC_PER_MSEC;
}

static void end(struct card *c, u64 stamp)
{
	if (c->kind == BOTH || c->kind == STRICT)
		deliver(c, stamp);
	if (c->kind == LATE && c->held)
		deliver(c, c->held);
}

/* next_pulse returns the next pulse after a moment of CLOCK_REALTIME. */
static ktime_t next_pulse(u64 real)
{
	u32 phase = READ_ONCE(phase_ns) % NSEC_PER_SEC;

	return ns_to_ktime((div_u64(real - phase, NSEC_PER_SEC) + 1) * NSEC_PER_SEC + phase);
}

static enum hrtimer_restart tick(struct hrtimer *timer)
{
	struct card *c = container_of(timer, struct card, timer);
	u64 due = ktime_to_ns(hrtimer_get_expires(timer)), raw, real;
	struct system_time_snapshot now;

	spin_lock(&c->lock);
	ktime_get_snapshot(&now);
	real = ktime_to_ns(now.real);
	raw = ktime_to_ns(now.raw) - (real - due);
	if (!c->high && c->kind == RESET && c->count % 8 == 7)
		c->ahead -= read_card(c, raw) - NSEC_PER_MSEC;
	if (c->high)
		end(c, read_card(c, raw));
	else
		begin(c, read_card(c, raw));
	c->high = !c->high;
	spin_unlock(&c->lock);
	hrtimer_set_expires(timer, c->high ? ns_to_ktime(due + PULSE_NS) : next_pulse(real));
	return HRTIMER_RESTART;
}

static int add(struct card *c, enum kind kind)
{
	int i;

	c->kind = kind;
	c->ahead = ktime_get_real_ns() + 37123456789LL - ktime_get_raw_ns(); /* TAI, and not even set well */
	spin_lock_init(&c->lock);
	for (i = 0; i < ARRAY_SIZE(c->pins); i++) {
		snprintf(c->pins[i].name, sizeof(c->pins[i].name), "VM%d", i);
		c->pins[i].index = i;
	}
	c->info = (struct ptp_clock_info){
		.owner = THIS_MODULE, .max_adj = 1000000, .n_ext_ts = kind == NO_STAMPS ? 0 : 1,
		.n_pins = kind == NO_STAMPS ? 0 : ARRAY_SIZE(c->pins), .pin_config = c->pins,
		.gettimex64 = vm_gettime, .getcrosststamp = kind == PRECISE ? vm_crosststamp : NULL,
		.settime64 = vm_settime, .adjtime = vm_adjtime, .adjfine = vm_adjfine, .enable = vm_enable, .verify = vm_verify,
	};
	strscpy(c->info.name, names[kind], sizeof(c->info.name));
	hrtimer_init(&c->timer, CLOCK_REALTIME, HRTIMER_MODE_ABS);
	c->timer.function = tick;
	c->clock = ptp_clock_register(&c->info, NULL);
	if (IS_ERR(c->clock))
		return PTR_ERR(c->clock);
	hrtimer_start(&c->timer, next_pulse(ktime_get_real_ns()), HRTIMER_MODE_ABS);
	return 0;
}

static void vmptp_exit(void)
{
	int i;

	for (i = 0; i < KINDS; i++) {
		if (IS_ERR_OR_NULL(cards[i].clock))
			continue;
		hrtimer_cancel(&cards[i].timer);
		ptp_clock_unregister(cards[i].clock);
	}
}

static int __init vmptp_init(void)
{
	int i, err;

	for (i = 0; i < KINDS; i++) {
		err = add(&cards[i], i);
		if (err) {
			vmptp_exit();
			return err;
		}
	}
	return 0;
}
module_init(vmptp_init);
module_exit(vmptp_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("PTP hardware clocks without hardware");
