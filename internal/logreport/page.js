// Shows the value of a curve at the pointer. The page is complete without it.
for (const svg of document.querySelectorAll("svg[data-points]")) {
	const data = JSON.parse(document.getElementById(svg.dataset.points).textContent);
	const make = (name, attributes) => {
		const element = document.createElementNS("http://www.w3.org/2000/svg", name);
		for (const key in attributes) element.setAttribute(key, attributes[key]);
		svg.append(element);
		return element;
	};
	const [top, right, bottom] = [18, 742, 248]; // of the plot, as in svg.go
	const cross = make("path", { class: "cross", visibility: "hidden" });
	const spot = make("circle", { class: "spot", r: 4, visibility: "hidden" });
	const readout = document.createElement("div");
	readout.className = "readout";
	readout.setAttribute("aria-hidden", "true");
	svg.closest("figure").append(readout);
	const hide = () => {
		cross.setAttribute("visibility", "hidden");
		spot.setAttribute("visibility", "hidden");
		readout.textContent = "";
	};
	svg.addEventListener("pointerleave", hide);
	svg.addEventListener("pointermove", (event) => {
		const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
		let low = 0, high = data.x.length - 1;
		while (high - low > 1) {
			const middle = (low + high) >> 1;
			if (data.x[middle] < at.x) low = middle; else high = middle;
		}
		const i = Math.abs(data.x[low] - at.x) <= Math.abs(data.x[high] - at.x) ? low : high;
		if (at.x > right + 8 || Math.abs(data.x[i] - at.x) > 14) return hide();
		cross.setAttribute("d", `M${data.x[i]} ${top}V${bottom}`);
		spot.setAttribute("cx", data.x[i]);
		spot.setAttribute("cy", data.y[i]);
		cross.setAttribute("visibility", "visible");
		spot.setAttribute("visibility", "visible");
		readout.textContent = data.t[i];
	});
}
