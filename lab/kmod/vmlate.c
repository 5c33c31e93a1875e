// SPDX-License-Identifier: GPL-2.0
/*
 * vmlate is a GPIO chip with one line, whose level changes at a known time, and whose interrupt
 * follows some nanoseconds later: insmod vmlate.ko delay=NANOSECONDS period=MILLISECONDS
 *
 * Pulses are a fifth of the period, which is counted on CLOCK_REALTIME. The parameter flipped is
 * the time of the last rise on CLOCK_REALTIME, in nanoseconds, written before the interrupt.
 * The first processor makes the pulses.
 */
#include <linux/gpio/driver.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irq_sim.h>
#include <linux/irqdomain.h>
#include <linux/kthread.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/timekeeping.h>

static unsigned long delay;
module_param(delay, ulong, 0644);
static unsigned int period = 1000;
module_param(period, uint, 0444);
static unsigned long long flipped;
module_param(flipped, ullong, 0444);

static int level;
static struct irq_domain *domain;
static struct task_struct *pulses;

static int vmlate_get(struct gpio_chip *chip, unsigned int offset)
{
	return READ_ONCE(level);
}

static int vmlate_input(struct gpio_chip *chip, unsigned int offset)
{
	return 0;
}

static int vmlate_direction(struct gpio_chip *chip, unsigned int offset)
{
	return GPIO_LINE_DIRECTION_IN;
}

static int vmlate_to_irq(struct gpio_chip *chip, unsigned int offset)
{
	return irq_create_mapping(domain, offset);
}

static struct gpio_chip chip = {
	.label = "vmlate", .owner = THIS_MODULE, .base = -1, .ngpio = 1,
	.get = vmlate_get, .direction_input = vmlate_input, .get_direction = vmlate_direction, .to_irq = vmlate_to_irq,
};

/* change sets the level, and raises the interrupt after the delay. */
static void change(int to)
{
	unsigned int irq = irq_find_mapping(domain, 0);
	u64 at;

	preempt_disable();
	at = ktime_get_real_ns();
	WRITE_ONCE(level, to);
	if (to)
		WRITE_ONCE(flipped, at);
	while (ktime_get_real_ns() < at + delay)
		cpu_relax();
	preempt_enable();
	if (irq)
		irq_set_irqchip_state(irq, IRQCHIP_STATE_PENDING, true);
}

static void sleep_until(u64 at)
{
	s64 left = at - ktime_get_real_ns();
	ktime_t expires = ns_to_ktime(left);

	if (left <= 0)
		return;
	set_current_state(TASK_INTERRUPTIBLE);
	schedule_hrtimeout_range(&expires, 0, HRTIMER_MODE_REL);
}

static int vmlate_pulses(void *unused)
{
	u64 length = (u64)period * NSEC_PER_MSEC;

	while (!kthread_should_stop()) {
		u64 next = (div64_u64(ktime_get_real_ns(), length) + 1) * length;

		sleep_until(next);
		change(1);
		sleep_until(next + length / 5);
		change(0);
	}
	return 0;
}

static int __init vmlate_init(void)
{
	int err;

	if (!period)
		return -EINVAL;
	domain = irq_domain_create_sim(NULL, chip.ngpio);
	if (IS_ERR(domain))
		return PTR_ERR(domain);
	err = gpiochip_add_data(&chip, NULL);
	if (err)
		goto no_chip;
	pulses = kthread_create(vmlate_pulses, NULL, "vmlate");
	if (IS_ERR(pulses)) {
		err = PTR_ERR(pulses);
		goto no_pulses;
	}
	kthread_bind(pulses, 0);
	sched_set_fifo(pulses);
	wake_up_process(pulses);
	return 0;
no_pulses:
	gpiochip_remove(&chip);
no_chip:
	irq_domain_remove_sim(domain);
	return err;
}

static void __exit vmlate_exit(void)
{
	kthread_stop(pulses);
	gpiochip_remove(&chip);
	irq_dispose_mapping(irq_find_mapping(domain, 0));
	irq_domain_remove_sim(domain);
}
module_init(vmlate_init);
module_exit(vmlate_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("a GPIO line whose interrupt is late by a known time");
