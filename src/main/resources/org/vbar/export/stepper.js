
'use strict';
// Text from labels only ever goes through textContent, never through markup.
(() => {
  // The picture is hidden until it is ready: a script that fails must not keep it so.
  addEventListener('error', () => { document.documentElement.dataset.ready = 'false'; });
  const $ = id => document.getElementById(id);
  const data = JSON.parse($('data').textContent);
  const boxes = data.boxes;
  const arrows = data.arrows;
  const drawing = $('drawing');
  const svg = drawing.querySelector('svg');
  const number = x => x === null ? NaN : Number(x);
  const boxOf = new Map(boxes.map((box, i) => [box.id, i]));
  let steps = [];
  let at = 0;
  let chosen = -1;
  let timer = 0;

  // ---- Words and numbers ----

  function show(x) { // four digits, as in the picture
    if (!Number.isFinite(x)) return Number.isNaN(x) ? 'NaN' : x > 0 ? '∞' : '-∞';
    if (x === 0) return '0';
    const [digits, exponent] = x.toExponential(3).split('e').map(Number);
    return exponent >= -4 && exponent <= 6 ? Number(x.toPrecision(4)).toString() : digits + 'e' + exponent;
  }
  const signed = x => (x > 0 ? '+' : '') + show(x);
  const factor = x => x < 0 ? '(' + show(x) + ')' : show(x);
  const bar = box => [...box.label].length === 1 ? box.label + '\u0304' : 'v̄(' + box.label + ')';
  /** A long list by its first and last members, so that what a step says does not grow with the graph. */
  function short(list, first, last, between) {
    return list.length <= first + last + 1 ? list : [...list.slice(0, first), between(list.length - first - last), ...list.slice(-last)];
  }
  const dots = () => '…';
  const more = what => count => '… (' + count + ' more ' + what + ') …';

  function element(name, text, className) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  }
  function button(text, act) {
    const made = element('button', text);
    made.type = 'button';
    made.addEventListener('click', act);
    return made;
  }
  function drawn(name, attributes, into) {
    const made = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const key in attributes) made.setAttribute(key, attributes[key]);
    if (into) into.append(made);
    return made;
  }

  // ---- The picture ----

  const lids = drawing.querySelector('svg:last-of-type'); // empty so far: see SvgSheets
  const groupOf = id => document.getElementById('vbar-' + id);
  const corners = rect => ['x', 'y', 'width', 'height'].map(name => +rect.getAttribute(name));
  const placeOf = rect => { const [x, y, w, h] = corners(rect); return {x, y, w, h}; };
  // Rings, ticks and the places of numbers are made or looked up when they are first needed: of
  // thousands of boxes a few are in sight.
  const shapes = boxes.map(box => {
    const g = groupOf(box.id);
    g.setAttribute('tabindex', '0');
    g.setAttribute('role', 'button');
    g.setAttribute('aria-label', box.label); // with its numbers once it is drawn
    const place = placeOf(g.querySelector('rect'));
    return {g, place, x: place.x, y: place.y, right: place.x + place.w, bottom: place.y + place.h, near: true, key: null, numbers: null, ring: null, tick: null};
  });
  const shapeAt = new Map(shapes.map((shape, i) => [shape.g, i]));
  function numbersOf(i) { // the elements that show value, v̄ and its bar
    const shape = shapes[i];
    if (shape.numbers) return shape.numbers;
    const found = {value: null, vBar: null, bar: null, words: null};
    const texts = [...shape.g.querySelectorAll('text:not(.tick)')];
    const rects = shape.g.querySelectorAll('rect:not(.ring)');
    texts.slice(0, -1).forEach((text, k) => {
      if (text.textContent === 'value' && k >= texts.length - 4) found.value = texts[k + 1];
      if (text.textContent === (boxes[i].collapsed ? '|v̄|' : 'v̄') && k === texts.length - 2) found.vBar = texts[k + 1];
    });
    if (boxes[i].collapsed) found.words = {value: found.value.textContent, vBar: found.vBar ? found.vBar.textContent : ''};
    else if (found.vBar && number(boxes[i].vBar) !== 0 && rects.length > 2) found.bar = rects[rects.length - 2];
    shape.numbers = found;
    return found;
  }
  function addRing(i) {
    const {g, place: p, ring} = shapes[i];
    if (!ring) shapes[i].ring = drawn('rect', {class: 'ring', x: p.x - 3, y: p.y - 3, width: p.w + 6, height: p.h + 6, rx: 9}, g);
  }
  function addTick(i) {
    const {g, place: p, tick} = shapes[i];
    if (tick) return;
    shapes[i].tick = drawn('text', {class: 'tick', x: p.x + p.w - 14, y: p.y + 15, 'font-size': 14}, g);
    shapes[i].tick.textContent = '✓';
  }
  const boxUnder = event => { const g = event.target.closest('.box'); return g ? shapeAt.get(g) : -1; };
  let pointedAt = -1;
  drawing.addEventListener('click', event => { const i = boxUnder(event); if (i >= 0 && !moved) choose(i); });
  drawing.addEventListener('mouseover', event => {
    const i = boxUnder(event);
    hint(event.target.closest('.box, .arrow'), i);
    if (i === pointedAt) return;
    pointedAt = i;
    if (i >= 0) lightNode(i, true); else darken();
  });
  const hints = new Map(); // an element to the lines of its whole title
  /** The words that appear at the pointer say what is known at the step, as everything else does. */
  function hint(g, i) {
    if (!g) return;
    const title = g.querySelector('title');
    if (!hints.has(g)) hints.set(g, title.textContent.split('\n'));
    const arrow = i < 0 ? arrows[arrowOf.get(g.id.replace('vbar-', ''))] : null;
    const [first, ...rest] = hints.get(g); // the first line has names in it, which may contain any word
    title.textContent = (arrow ? arrowHint(arrow, first, rest) : [first, ...known(i, rest)]).join('\n');
  }
  function arrowHint(arrow, first, rest) {
    if (!isReached(arrow.to)) return [boxes[arrow.from].label + ' → ' + boxes[arrow.to].label];
    return [first, ...rest.filter(line => !line.includes('contribution') || isComplete(arrow.from))];
  }
  drawing.addEventListener('mouseleave', () => { if (pointedAt >= 0) darken(); pointedAt = -1; });
  drawing.addEventListener('focusin', event => {
    const i = boxUnder(event);
    if (i < 0) return;
    addRing(i);
    hint(shapes[i].g, i); // which is also its description
    stage.scrollTop = stage.scrollLeft = 0; // the browser scrolls to what has the focus, the picture moves by a transform
    if (!shapes[i].g.matches(':focus-visible')) return;
    follow(i);
    lightNode(i, true);
  });
  svg.removeAttribute('role'); // a picture with buttons in it is no single image
  // Its own description, for readers without a script, tells the numbers at the end.
  svg.querySelector('desc').textContent = boxes.length + ' boxes and ' + arrows.length + ' arrows; each box tells its numbers once a step has computed them.';
  const lines = arrows.map(arrow => groupOf(arrow.id));
  lines.forEach(g => g.setAttribute('aria-hidden', 'true')); // their titles tell the end; the steps tell what they show
  const spans = lines.map(g => { // what an arrow and its label take up, with the control points of its curves
    const span = {x: Infinity, y: Infinity, right: -Infinity, bottom: -Infinity, near: true, waiting: false};
    const include = (x, y) => {
      span.x = Math.min(span.x, x); span.right = Math.max(span.right, x);
      span.y = Math.min(span.y, y); span.bottom = Math.max(span.bottom, y);
    };
    for (let part = g.firstElementChild; part; part = part.nextElementSibling) {
      if (part.localName === 'path') {
        const at = part.getAttribute('d').match(/[-\d.]+/g);
        for (let k = 0; k + 1 < at.length; k += 2) include(+at[k], +at[k + 1]);
      } else if (part.localName === 'rect') {
        const [x, y, w, h] = corners(part);
        include(x, y);
        include(x + w, y + h);
      }
    }
    return span;
  });
  // Each sheet of boxes or arrows ends where they end: the browser then passes by the sheets that are out of sight
  // when it draws, and when it looks for what is at the pointer.
  const sheets = new Map(); // to what its parts take up
  [[shapes, shapes.map(shape => shape.g)], [spans, lines]].forEach(([list, elements]) => list.forEach((part, k) => {
    const sheet = elements[k].parentNode;
    if (!sheet.matches('.sheet')) return;
    const all = sheets.get(sheet);
    if (!all) sheets.set(sheet, {x: part.x, y: part.y, right: part.right, bottom: part.bottom});
    else Object.assign(all, {x: Math.min(all.x, part.x), y: Math.min(all.y, part.y), right: Math.max(all.right, part.right), bottom: Math.max(all.bottom, part.bottom)});
  }));
  const margin = 12; // of rings and thick lines
  function cutSheets() {
    sheets.forEach((all, sheet) => place(sheet, Math.floor(all.x) - margin, Math.floor(all.y) - margin, Math.ceil(all.right) + margin, Math.ceil(all.bottom) + margin));
  }
  function uncutSheets() {
    sheets.forEach((all, sheet) => place(sheet, 0, 0, whole.w, whole.h));
  }
  function place(sheet, x, y, right, bottom) {
    sheet.setAttribute('viewBox', [x, y, right - x, bottom - y].join(' '));
    sheet.setAttribute('width', right - x);
    sheet.setAttribute('height', bottom - y);
    sheet.style.left = x + 'px';
    sheet.style.top = y + 'px';
    sheet.classList.toggle('cut', right - x < whole.w || bottom - y < whole.h);
  }
  const arrowOf = new Map(arrows.map((arrow, i) => [arrow.id, i]));
  const childrenOf = boxes.map(() => []);
  const parentsOf = boxes.map(() => []);
  arrows.forEach((arrow, i) => { childrenOf[arrow.from].push(i); parentsOf[arrow.to].push(i); });
  const edgeOf = a => +arrows[a].id.slice(1); // e12 is edge 12
  parentsOf.forEach(list => list.sort((a, b) => edgeOf(a) - edgeOf(b) || 0)); // in the order of the arguments

  // Groups close in place: a lid over everything in the frame.
  const covers = data.frames.map(frame => {
    const rect = groupOf(frame.id).querySelector('rect');
    const p = placeOf(rect);
    const g = drawn('g', {class: 'cover open', tabindex: 0, role: 'button', 'aria-expanded': 'true', 'aria-label': 'Group ' + frame.path}, lids);
    drawn('rect', {class: 'lid', x: p.x, y: p.y, width: p.w, height: p.h, rx: 10}, g);
    const words = drawn('g', {class: 'words'}, g);
    drawn('text', {x: p.x + p.w / 2, y: p.y + p.h / 2, 'text-anchor': 'middle', 'font-size': 15}, words).textContent = frame.name;
    const state = drawn('text', {x: p.x + p.w / 2, y: p.y + p.h / 2 + 18, 'text-anchor': 'middle', 'font-size': 12}, words);
    // On the lower line, where no box is; beside the sign of the frame around it, whose corner may be as near as 8.
    const x = Math.max(p.x, p.x + p.w - 19 - 18 * frame.outer.length);
    const y = p.y + p.h - 8;
    drawn('rect', {class: 'grip', x, y, width: 16, height: 16, rx: 4}, g);
    const sign = drawn('text', {x: x + 8, y: y + 12.5, 'text-anchor': 'middle', 'font-size': 13}, g);
    const cover = {g, frame, state, sign, members: boxes.map((b, i) => i).filter(i => boxes[i].frames.includes(frame.id))};
    g.addEventListener('click', event => { if (!moved && (!event.target.closest('.open') || event.target === g || event.target.matches('.grip'))) toggle(cover); }); // a screen reader clicks on g itself
    sign.textContent = '−';
    return cover;
  });
  function shut(cover, close) {
    cover.g.classList.toggle('open', !close);
    cover.g.setAttribute('aria-expanded', String(!close));
    cover.sign.textContent = close ? '+' : '−';
  }
  function toggle(cover) {
    shut(cover, cover.g.classList.contains('open'));
    hideCovered();
    draw();
  }
  // What lies under a lid is out of reach of the keyboard and of screen readers too.
  function hideCovered() {
    const closed = new Set(covers.filter(c => !c.g.classList.contains('open')).map(c => c.frame.id));
    const under = boxes.map(box => box.frames.some(id => closed.has(id)));
    shapes.forEach((shape, i) => shape.g.setAttribute('visibility', under[i] ? 'hidden' : 'visible'));
    lines.forEach((line, i) => line.setAttribute('visibility', under[arrows[i].from] && under[arrows[i].to]
        && boxes[arrows[i].from].frames.some(id => closed.has(id) && boxes[arrows[i].to].frames.includes(id)) ? 'hidden' : 'visible'));
    covers.forEach(c => c.g.setAttribute('visibility', c.frame.outer.some(id => closed.has(id)) ? 'hidden' : 'visible'));
    $('close-groups').textContent = closed.size ? 'Open groups' : 'Close groups';
    const focused = shapeAt.get(document.activeElement);
    if (focused !== undefined && under[focused]) covers.find(c => c.frame.id === boxes[focused].frames.findLast(id => closed.has(id))).g.focus();
  }
  /** Opens what a box lies under. */
  function uncover(i) {
    const closed = covers.filter(c => boxes[i].frames.includes(c.frame.id) && !c.g.classList.contains('open'));
    if (!closed.length) return;
    closed.forEach(c => shut(c, false));
    hideCovered();
    draw();
  }
  function toggleAll() {
    const close = covers.every(c => c.g.classList.contains('open'));
    covers.forEach(c => shut(c, close));
    hideCovered();
    draw();
  }
  if (!covers.length) $('close-groups').hidden = true;

  // ---- Zoom and pan ----

  const stage = $('picture');
  const size = svg.viewBox.baseVal;
  const whole = {x: 0, y: 0, w: size.width, h: size.height};
  let view = whole;
  let fitted = false; // all is shown, and is to be when the size changes
  let moved = false;
  const room = {w: stage.clientWidth || 1, h: stage.clientHeight || 1}; // to ask for it at each step would be a layout
  // A transform moves what is laid out already; another viewBox would lay out every text anew.
  function look() {
    drawing.classList.toggle('tiny', scale() < 0.2);
    drawing.style.transform = 'scale(' + scale() + ') translate(' + -view.x + 'px,' + -view.y + 'px)';
    refreshView();
  }
  // Thousands of texts cost the browser half a second of layout, and a jump changes all of them. What is in sight
  // is brought up to date at once, the rest while nothing else is to be done.
  const lists = [shapes, spans];
  const isSmall = boxes.length <= 300; // a small graph is never behind
  const inSight = part => part.right >= view.x && part.x <= view.x + view.w && part.bottom >= view.y && part.y <= view.y + view.h;
  function leaveOut() {
    lists.forEach(list => list.forEach(part => { part.near = false; }));
    shapes.forEach(shape => shape.g.classList.add('far'));
    lines.forEach(g => g.classList.add('far'));
    restLater();
  }
  /** Lays out a box or an arrow if it has not been, and shows it as it is at this step; false if nothing was to be done. */
  function refresh(list, k) {
    const part = list[k];
    const isBox = list === shapes;
    const came = !part.near;
    if (came) {
      part.near = true;
      (isBox ? part.g : lines[k]).classList.remove('far');
    }
    return (isBox ? drawBox(k) : drawArrow(k)) || came;
  }
  /** The same for a box and the arrows into it; how many of them have changed. */
  function refreshWithArrows(i) {
    let count = refresh(shapes, i) ? 1 : 0;
    for (const a of parentsOf[i]) if (refresh(spans, a)) count++;
    return count;
  }
  function refreshView() {
    if (view === whole) return; // nothing is in sight before the start
    for (const list of lists) list.forEach((part, k) => { if (inSight(part)) refresh(list, k); });
  }
  let shownStep = null; // the step that all in sight shows; null before the first and when all may change
  /** A single step changes its own box, the one before and the arrows into them; a jump may change all. */
  function isSingleStep() { return shownStep !== null && Math.abs(at - shownStep) <= 1; }
  function refreshStep() {
    if (isSingleStep()) {
      refreshWithArrows(steps[shownStep].box);
      refreshWithArrows(steps[at].box);
      return;
    }
    refreshView();
    if (isSmall) lists.forEach(list => list.forEach((part, k) => { if (part.near) refresh(list, k); }));
    restLater();
  }
  // From the box of the step on, in the order of the steps: a view that follows them soon shows these. A limit,
  // because a browser that draws nothing may never call itself idle.
  const whenIdle = act => window.requestIdleCallback ? requestIdleCallback(act, {timeout: 100}) : setTimeout(act, 20);
  const rest = {isDue: false, from: -1, by: 1, done: 0};
  function restLater() {
    rest.from = -1;
    callRest();
  }
  function callRest() {
    if (!rest.isDue) whenIdle(refreshRest);
    rest.isDue = true;
  }
  function refreshRest(idle) {
    rest.isDue = false;
    if (rest.from < 0) Object.assign(rest, {from: steps[at].box, by: steps[at].back ? boxes.length - 1 : 1, done: 0});
    // Little at a time, so that the next step finds the page free; its layout is paid here, too.
    const isFree = () => idle && idle.timeRemaining && idle.timeRemaining() > 4;
    let goOn = isFree() || !idle || idle.didTimeout;
    for (; goOn && rest.done < boxes.length; goOn = isFree()) {
      for (let count = 0; count < 12 && rest.done < boxes.length; rest.done++) count += refreshWithArrows((rest.from + rest.by * rest.done) % boxes.length);
      drawing.getBoundingClientRect();
    }
    if (rest.done < boxes.length) callRest();
  }
  const scale = () => Math.min(room.w / view.w, room.h / view.h);
  function zoom(by, x, y) { view = zoomed(by, x, y); fitted = false; look(); }
  function zoomed(by, x, y) {
    const to = Math.min(Math.max(scale() * by, 0.02), 6);
    const real = to / scale();
    const cx = x === undefined ? view.x + view.w / 2 : x;
    const cy = y === undefined ? view.y + view.h / 2 : y;
    return {x: cx - (cx - view.x) / real, y: cy - (cy - view.y) / real, w: view.w / real, h: view.h / real};
  }
  function fit() { view = all(); fitted = true; look(); }
  function all() { // all of it, in the shape of the window, so that nothing is letterboxed
    const by = Math.min(room.w / whole.w, room.h / whole.h);
    return {x: (whole.w - room.w / by) / 2, y: (whole.h - room.h / by) / 2, w: room.w / by, h: room.h / by};
  }
  leaveOut();
  cutSheets();
  function start() { // small graphs whole, larger ones so that they can be read
    view = all();
    fitted = scale() >= 0.85;
    if (!fitted) { view = zoomed(0.85 / scale(), 0, 0); follow(steps[at].box, true); } else look();
  }
  /** Another size of the window, or of the matrices under it, keeps the scale and what is in the middle. */
  function resized() {
    const [w, h] = [stage.clientWidth, stage.clientHeight];
    if (printing || !w || !h || w === room.w && h === room.h) return;
    const by = scale();
    const [x, y] = [view.x + view.w / 2, view.y + view.h / 2];
    const followed = inSight(shapes[steps[at].box]);
    Object.assign(room, {w, h});
    if (fitted) { fit(); return; }
    view = {x: x - w / by / 2, y: y - h / by / 2, w: w / by, h: h / by};
    look();
    if (followed) follow(steps[at].box);
  }
  function pan(dx, dy) { view.x += dx / scale(); view.y += dy / scale(); fitted = false; look(); }
  function point(event) {
    const frame = stage.getBoundingClientRect();
    return [view.x + (event.clientX - frame.left) / scale(), view.y + (event.clientY - frame.top) / scale()];
  }
  // Keeps the current node in sight once somebody has zoomed in.
  function follow(i, always) {
    const p = shapes[i].place;
    if (always || p.x < view.x || p.y < view.y || p.x + p.w > view.x + view.w || p.y + p.h > view.y + view.h) {
      const within = (middle, shown, all) => shown >= all ? (all - shown) / 2 : Math.max(0, Math.min(all - shown, middle - shown / 2));
      view.x = within(p.x + p.w / 2, view.w, whole.w);
      view.y = within(p.y + p.h / 2, view.h, whole.h);
      look();
    }
  }
  const fingers = new Map();
  stage.addEventListener('wheel', event => { event.preventDefault(); zoom(Math.exp(-event.deltaY / 500), ...point(event)); }, {passive: false});
  stage.addEventListener('pointerdown', event => { if (event.button === 0) fingers.set(event.pointerId, event); });
  addEventListener('pointermove', event => {
    if (!event.buttons) fingers.delete(event.pointerId); // let go where the page does not hear of it
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const dx = event.clientX - before.clientX;
    const dy = event.clientY - before.clientY;
    if (!moved && Math.hypot(dx, dy) < 4) return;
    moved = true;
    if (fingers.size === 2) {
      const other = [...fingers.values()].find(f => f.pointerId !== event.pointerId);
      const was = Math.hypot(before.clientX - other.clientX, before.clientY - other.clientY);
      zoom(Math.hypot(event.clientX - other.clientX, event.clientY - other.clientY) / Math.max(was, 1), ...point(event));
    } else {
      pan(-dx, -dy);
    }
    fingers.set(event.pointerId, event);
  });
  for (const end of ['pointerup', 'pointercancel']) addEventListener(end, event => {
    fingers.delete(event.pointerId);
    setTimeout(() => { moved = fingers.size > 0 && moved; }); // after the click that ends a drag
  });

  // ---- The steps ----

  let byTerm = true; // one contribution a step, or one node
  function makeSteps() {
    byTerm = $('grain').value === 'term';
    const made = boxes.map((box, i) => ({back: false, box: i, term: -1, key: 'forward-' + box.id}));
    for (let i = boxes.length - 1; i >= 0; i--) {
      const box = boxes[i];
      if (!box.takes) continue;
      const count = byTerm && !box.collapsed ? Math.max(box.terms.length, 1) : 1;
      for (let k = 0; k < count; k++) {
        const term = byTerm && box.terms.length ? k : -1;
        made.push({back: true, box: i, term, key: 'backward-' + box.id + (term >= 0 ? '-' + (k + 1) : '')});
      }
    }
    steps = made;
    $('where').max = steps.length - 1;
    begin.fill(Infinity);
    steps.forEach((s, k) => { if (s.back && begin[s.box] === Infinity) begin[s.box] = k; });
  }
  const begin = boxes.map(() => Infinity);

  /** How many terms of a node are in its sum at this step; -1 before the first. */
  function termsDone(i) {
    if (at < begin[i]) return -1;
    const box = boxes[i];
    const each = !box.collapsed && byTerm && box.terms.length;
    return each ? Math.min(at - begin[i] + 1, box.terms.length) : box.terms.length;
  }
  function sumSoFar(i) {
    const done = termsDone(i);
    if (done < 0) return NaN;
    return done === 0 ? number(boxes[i].vBar) : number(boxes[i].terms[done - 1].sum);
  }

  let nowLines = [];
  let nowBoxes = [];
  const isComplete = i => steps[at].back && termsDone(i) === boxes[i].terms.length;
  const isReached = i => steps[at].back || i <= steps[at].box;
  function drawBox(i) { // true if something changed
    const box = boxes[i];
    const shape = shapes[i];
    const reached = isReached(i);
    const done = steps[at].back ? termsDone(i) : -1;
    const complete = isComplete(i);
    const key = reached ? done : -2;
    if (key === shape.key) return false; // only what changes is touched
    shape.key = key;
    const places = numbersOf(i);
    shape.g.classList.toggle('waiting', !reached);
    shape.g.classList.toggle('complete', complete);
    shape.g.setAttribute('aria-label', spoken(i, done));
    if (complete) addTick(i);
    if (places.value) write(places.value, !reached ? '?' : box.collapsed ? places.words.value : show(number(box.value)));
    if (places.vBar) write(places.vBar, done < 0 ? '?' : box.collapsed ? places.words.vBar : signed(sumSoFar(i)) + (complete ? '' : ' …'));
    if (places.bar) places.bar.setAttribute('visibility', complete ? 'visible' : 'hidden');
    return true;
  }
  /** A box in words: its name, and of its numbers those that are computed. */
  function spoken(i, done) {
    const box = boxes[i];
    const value = !isReached(i) ? 'not reached yet' : box.collapsed ? '' : 'value ' + show(number(box.value));
    const vBar = done < 0 || box.collapsed || !box.takes ? '' : 'v̄ ' + show(sumSoFar(i)) + (isComplete(i) ? '' : ', not complete');
    return [box.label, value, vBar].filter(Boolean).join(', ');
  }
  function drawArrow(a) { // true if something changed
    const waiting = !isReached(arrows[a].to);
    if (waiting === spans[a].waiting) return false;
    spans[a].waiting = waiting;
    lines[a].classList.toggle('waiting', waiting);
    return true;
  }
  /** Another text in the same place: a new text node would be laid out from nothing. */
  function write(into, text) {
    if (into.firstChild.data !== text) into.firstChild.data = text;
  }
  function draw() {
    const step = steps[at];
    const back = step.back;
    refreshStep();
    nowBoxes.forEach(g => { g.classList.remove('now', 'child'); g.removeAttribute('aria-current'); });
    nowLines.forEach(g => g.classList.remove('now'));
    nowBoxes = [shapes[step.box].g];
    shapes[step.box].g.classList.add('now');
    shapes[step.box].g.setAttribute('aria-current', 'step');
    addRing(step.box);
    const used = edgesInUse(step);
    nowLines = used.map(i => lines[i]);
    nowLines.forEach(g => g.classList.add('now'));
    if (back) used.forEach(i => { const g = shapes[arrows[i].to].g; g.classList.add('child'); addRing(arrows[i].to); nowBoxes.push(g); });
    for (const cover of covers) {
      const open = cover.g.classList.contains('open');
      cover.g.classList.toggle('now', !open && cover.members.includes(step.box));
      if (!open) {
        const ready = cover.members.filter(i => back ? boxes[i].takes && termsDone(i) === boxes[i].terms.length : i <= step.box).length;
        const all = cover.members.filter(i => !back || boxes[i].takes).length;
        cover.state.textContent = ready + ' of ' + all + (back ? ' v̄' : ' values');
      }
    }
  }
  function edgesInUse(step) {
    if (!step.back) return parentsOf[step.box];
    if (step.term < 0) return childrenOf[step.box];
    const i = arrowOf.get(boxes[step.box].terms[step.term].edge);
    return i === undefined ? [] : [i];
  }

  // ---- The step in words ----

  const symbols = box => short(box.terms, 8, 3, more('terms')).map(t => t.bar ? t.bar + '·∂' + t.child + '/∂' + box.label : t).join(' + ');
  /** Those lines about a box, or about an arrow into it, that say nothing that is computed later. */
  const known = (i, lines) => lines.filter(line => line.startsWith('value ') ? isReached(i) : !/^\|?v̄/.test(line) || isComplete(i));
  function words(step) {
    const box = boxes[step.box];
    if (!step.back) {
      const sentence = box.collapsed ? known(step.box, box.lines.slice(1)).join(', ')
        : box.leaf ? '= ' + show(number(box.value)) + ', a ' + box.kind
        : '= ' + box.formula + ' = ' + show(number(box.value));
      return {phase: 'Forward: values, parents before children', what: box.label + ' ' + sentence, lines: box.collapsed ? [] : parentWords(step.box), sum: ''};
    }
    const phase = 'Backward: derivatives, children before parents';
    if (box.collapsed) return {phase, what: box.label, lines: box.lines.slice(1), sum: ''};
    const name = bar(box);
    if (!box.terms.length) return {phase, what: name + ' = 1', lines: ['The output’s derivative with respect to itself is 1. The sweep starts here.'], sum: name + ' = 1'};
    if (step.term < 0) {
      const numbers = short(box.terms, 8, 3, more('terms')).map(t => t.bar ? factor(number(t.cBar)) + '·' + factor(number(t.d)) : t).join(' + ');
      return {phase, what: name + ' = ' + show(number(box.vBar)), lines: [name + ' = ' + symbols(box)], sum: name + ' = ' + numbers + ' = ' + show(number(box.vBar))};
    }
    const term = box.terms[step.term];
    const before = step.term ? number(box.terms[step.term - 1].sum) : 0;
    const last = step.term === box.terms.length - 1;
    return {
      phase,
      what: name + ': term ' + (step.term + 1) + ' of ' + box.terms.length + ', through the child ' + term.child,
      lines: [name + ' += ' + term.bar + ' · ∂' + term.child + '/∂' + box.label,
        'local derivative on the edge: ∂' + term.child + '/∂' + box.label + ' = ' + show(number(term.d)),
        'of the child, complete: ' + term.bar + ' = ' + show(number(term.cBar))],
      sum: name + ' = ' + show(before) + ' + ' + factor(number(term.cBar)) + ' · ' + factor(number(term.d)) + ' = ' + show(number(term.sum)) + (last ? '  ✓\u00a0complete' : '  …')
    };
  }
  function parentWords(i) {
    return short(parentsOf[i], 20, 5, more('parents')).map(k => {
      if (typeof k === 'string') return k;
      const parent = boxes[arrows[k].from];
      return 'from ' + parent.label + ' = ' + show(number(parent.value)) + ',  ∂' + boxes[i].label + '/∂' + parent.label + ' = ' + show(number(arrows[k].d));
    });
  }
  function tell() {
    const step = steps[at];
    const said = words(step);
    $('phase').textContent = said.phase;
    $('what').textContent = said.what;
    const into = $('working');
    into.replaceChildren();
    said.lines.forEach(line => into.append(element('p', line, 'line')));
    if (said.sum) into.append(element('p', said.sum, 'line sum'));
    return said;
  }

  function tellPlace(said) {
    $('where').value = at;
    $('where').setAttribute('aria-valuetext', said.what);
    $('live').textContent = 'Step ' + (at + 1) + ' of ' + steps.length + '. ' + [said.what, ...said.lines, said.sum].filter(Boolean).join('. ');
    $('count').textContent = (at + 1) + ' / ' + steps.length;
  }

  let addressed = 0;
  function go(to, keepAddress) {
    const target = Math.max(0, Math.min(steps.length - 1, to));
    at = target;
    // First what asks for sizes: asked after a change, the browser would lay out the page once more.
    if (view.w < whole.w * 0.98 || view.h < whole.h * 0.98) follow(steps[at].box);
    draw();
    if (data.matrices.length) {
      drawEntries();
      lightNode(steps[at].box);
    }
    shownStep = at;
    facts(chosen < 0 ? steps[at].box : chosen);
    const said = tell();
    // All of this is laid out each in its own place: see the style. Together with what follows, which is
    // not, the browser would lay out the tables around it once more.
    drawing.getBoundingClientRect();
    reveal();
    tellPlace(said);
    if (!keepAddress) { // browsers refuse to change the address too often
      clearTimeout(addressed);
      addressed = setTimeout(() => history.replaceState(null, '', '#' + steps[at].key), 120);
    }
  }
  const indexOf = key => steps.findIndex(step => step.key === key);
  function readAddress() {
    let key = '';
    try { key = decodeURIComponent(location.hash.slice(1)); } catch (broken) { return false; } // a % that is no escape
    if (!key) return false;
    if (indexOf(key) < 0) changeGrain(); // the link may have been made with the other one
    const isThere = indexOf(key) >= 0;
    if (!isThere) changeGrain();
    const found = [key, key.replace(/-\d+$/, ''), key.replace(/-\d+$/, '-1')].map(indexOf).find(k => k >= 0);
    if (found !== undefined) go(found, isThere);
    return found !== undefined;
  }
  function play(on) {
    if (!on && !timer) return; // each step asks for it, and the same word anew would be laid out anew
    clearInterval(timer);
    timer = 0;
    if (on) {
      if (at === steps.length - 1) go(0);
      timer = setInterval(() => { if (at === steps.length - 1) play(false); else go(at + 1); }, +$('speed').value);
    }
    $('play').setAttribute('aria-pressed', String(on));
    $('play').textContent = on ? 'Pause' : 'Play';
    $('live').setAttribute('aria-live', on && +$('speed').value < 1000 ? 'off' : 'polite');
  }
  function nextNode(by) {
    play(false);
    const box = steps[at].box;
    const back = steps[at].back;
    let k = at;
    while (steps[k] && steps[k].box === box && steps[k].back === back) k += by;
    if (by < 0 && steps[k]) while (steps[k - 1] && steps[k - 1].box === steps[k].box && steps[k - 1].back === steps[k].back) k--;
    go(steps[k] ? k : at);
  }

  // ---- One node ----

  // How many arrows are between each box and the output: breadth first, from the output over parents.
  const distance = boxes.map(() => Infinity);
  function measureDistances() {
    const queue = [data.output];
    distance[data.output] = 0;
    for (const b of queue) {
      for (const a of parentsOf[b]) {
        const parent = arrows[a].from;
        if (distance[parent] === Infinity) { distance[parent] = distance[b] + 1; queue.push(parent); }
      }
    }
  }
  measureDistances();
  function pathToOutput(i) { // the shortest
    const path = [];
    for (let b = i; distance[b] > 0 && distance[b] < Infinity; b = arrows[path.at(-1)].to) path.push(childrenOf[b].find(a => distance[arrows[a].to] === distance[b] - 1));
    return path;
  }
  /** The arrows to each child, which is one child even if it reads the node twice. */
  function consumersOf(i) {
    const groups = new Map();
    for (const a of childrenOf[i]) groups.set(arrows[a].to, [...groups.get(arrows[a].to) || [], a]);
    return [...groups.values()];
  }
  let factsShown = '';
  /** What is known of a node at this step: its value when it is reached, its v̄ as far as it is summed. */
  function facts(i) {
    const box = boxes[i];
    const done = termsDone(i);
    const key = [i, isReached(i), done, isReached(data.output)].join(' ');
    if (key === factsShown) return; // a link that has the focus keeps it
    factsShown = key;
    $('node-name').textContent = box.label;
    const list = element('dl');
    const fact = (name, ...values) => { list.append(element('dt', name)); const dd = element('dd'); dd.append(...values); list.append(dd); };
    const names = (groups, end) => { // of arrows; a group has the same box at that end
      const links = some => some.map(group => {
        const other = arrows[group[0]][end];
        const link = button(boxes[other].label, () => choose(other));
        const known = group.filter(a => arrows[a].d !== null && isReached(arrows[a].to));
        if (known.length) link.title = 'local derivative ' + known.map(a => show(number(arrows[a].d))).join(', ');
        return link;
      });
      if (groups.length <= 40) return groups.length ? links(groups) : ['none'];
      const rest = button('… and ' + (groups.length - 30) + ' more', () => { rest.replaceWith(...links(groups.slice(30))); });
      return [...links(groups.slice(0, 30)), rest];
    };
    if (box.collapsed) known(i, box.lines.slice(1)).forEach(line => fact('', line));
    else {
      fact('equation', box.label + (box.leaf ? ' is a ' + box.kind : ' = ' + box.formula) + (isReached(i) ? ', value ' + box.value : ''));
      if (!box.takes) fact('derivative', 'a constant takes none');
      else if (isComplete(i)) {
        const whole = words({back: true, box: i, term: -1});
        fact('derivative', ...[...new Set([...whole.lines.slice(0, 1), whole.sum])].map(line => element('div', line)));
        fact('v̄ in full', String(box.vBar));
      } else {
        fact('derivative', i === data.output ? bar(box) + ' = 1, where the sweep starts' : bar(box) + ' = ' + symbols(box));
        fact('v̄ at this step', done < 0 ? 'not reached yet' : sumSoFar(i) + ' after ' + done + ' of ' + box.terms.length + ' terms');
      }
    }
    fact('parents (inputs)', ...names(parentsOf[i].map(a => [a]), 'from'));
    fact('children (consumers)', ...names(consumersOf(i), 'to'));
    const path = pathToOutput(i);
    if (path.length) {
      const product = path.reduce((p, a) => p * number(arrows[a].d), 1);
      fact('shortest path to the output', short([box.label, ...path.map(a => boxes[arrows[a].to].label)], 20, 10, more('nodes')).join(' → ')
          + (path.some(a => arrows[a].d === null || !isReached(arrows[a].to)) ? '' : ';  product of its local derivatives ' + show(product)));
    }
    const jump = element('p');
    for (const [text, key] of [['Go to its value', 'forward-'], ['Go to its v̄ (j)', 'backward-']]) {
      if (key === 'backward-' && !box.takes) continue;
      jump.append(button(text, () => jumpTo(i, key === 'backward-')));
    }
    $('facts').replaceChildren(list, jump);
  }
  function jumpTo(i, back) { const k = steps.findIndex(s => s.box === i && s.back === back); if (k >= 0) { play(false); go(k); } }
  function choose(i) {
    drawing.querySelectorAll('.chosen, .to-output').forEach(g => g.classList.remove('chosen', 'to-output'));
    chosen = i;
    if (i < 0) { facts(steps[at].box); return; }
    uncover(i);
    shapes[i].g.classList.add('chosen');
    addRing(i);
    pathToOutput(i).forEach(a => { lines[a].classList.add('to-output'); shapes[arrows[a].to].g.classList.add('to-output'); });
    $('node').open = true;
    facts(i);
    follow(i);
    lightNode(i, true);
    const around = (places, end) => short(places.map(a => boxes[arrows[a][end]].label), 6, 2, dots).join(', ') || 'none';
    $('live').textContent = ['Chosen: ' + spoken(i, steps[at].back ? termsDone(i) : -1), boxes[i].formula && boxes[i].label + ' = ' + boxes[i].formula,
      'Parents: ' + around(parentsOf[i], 'from'), 'Children: ' + around(consumersOf(i).map(group => group[0]), 'to')].filter(Boolean).join('. ') + '.';
  }

  // ---- Search ----

  function find() {
    const wanted = $('search').value.trim().toLowerCase();
    const list = $('found');
    list.replaceChildren();
    if (wanted) {
      const hits = boxes.map((b, i) => i).filter(i => boxes[i].label.toLowerCase().includes(wanted) || (boxes[i].formula || '').toLowerCase().includes(wanted));
      hits.sort((a, b) => !boxes[a].label.toLowerCase().startsWith(wanted) - !boxes[b].label.toLowerCase().startsWith(wanted) || a - b);
      hits.slice(0, 20).forEach(i => {
        const item = element('li');
        item.append(button(boxes[i].label + (boxes[i].formula ? ' = ' + boxes[i].formula : ''), () => {
          list.hidden = true;
          choose(i);
          shapes[i].g.focus({preventScroll: true}); // so that the keys are keys again, no text
        }));
        list.append(item);
      });
      $('live').textContent = (hits.length || 'no') + (hits.length === 1 ? ' node' : ' nodes') + ' found';
      if (hits.length !== Math.min(hits.length, 20) || !hits.length) list.append(element('li', hits.length ? 'and ' + (hits.length - 20) + ' more' : 'no node has this in its name or formula'));
    }
    list.hidden = !wanted;
  }
  $('search').addEventListener('input', find);
  $('search').addEventListener('focus', find);
  $('search').addEventListener('keydown', event => {
    if (event.key === 'Enter') { const first = $('found').querySelector('button'); if (first) first.click(); }
  });
  $('search').parentNode.addEventListener('keydown', event => {
    if (event.key !== 'Escape') return;
    event.stopPropagation(); // what is chosen stays chosen
    document.activeElement.blur();
    $('search').value = '';
    find();
  });
  const leaveSearch = event => { if (!event.target.closest('.search')) $('found').hidden = true; };
  document.addEventListener('pointerdown', leaveSearch);
  document.addEventListener('focusin', leaveSearch);

  // ---- Matrices beside the graph ----

  const matrixOf = new Map(data.matrices.map(m => [m.name, m]));
  const cells = new Map(); // "name i j" to its td
  const entries = []; // all of them, with what they show
  const entriesOf = boxes.map(() => []); // those of a box
  let litCell = null; // the entry that the note is about
  const cellsOfNode = boxes.map(() => []);
  data.matrices.forEach(m => {
    m.nodes.forEach((id, k) => { if (boxOf.has(id)) cellsOfNode[boxOf.get(id)].push([m, Math.floor(k / m.columns), k % m.columns]); });
  });
  const noteText = $('matrix-note').firstElementChild;
  const idle = 'Point at an entry: its node, its edges, and the row and column that it is made of light up. Point at a node to see its entries. Arrow keys walk through a matrix.';
  function matrices() {
    if (!data.matrices.length) return;
    $('matrices').hidden = false;
    noteText.textContent = idle;
    for (const m of data.matrices) {
      const figure = element('figure');
      const caption = element('figcaption', m.name + ' [' + m.rows + ' × ' + m.columns + ']');
      caption.append(element('br'), element('small', m.equation));
      const table = element('table');
      table.setAttribute('aria-label', m.name + ', ' + m.rows + ' rows, ' + m.columns + ' columns');
      // On columns, so that a step moves no entry and the table keeps its layout.
      const columns = element('colgroup');
      for (let j = 0; j < m.columns; j++) {
        const column = element('col');
        column.style.width = widthOf(m, j);
        columns.append(column);
      }
      table.append(columns);
      for (let i = 0; i < m.rows; i++) {
        const row = table.insertRow();
        for (let j = 0; j < m.columns; j++) {
          const cell = row.insertCell();
          const text = element('div'); // in which a step changes no size: see the style
          cell.append(text);
          const k = i * m.columns + j;
          const entry = {cell, text, m, k, known: null};
          entries.push(entry);
          if (m.within[k] >= 0) entriesOf[m.within[k]].push(entry);
          cell.tabIndex = i + j ? -1 : 0;
          cell.dataset.entry = entryName(m.name, i, j);
          cells.set(m.name + ' ' + i + ' ' + j, cell);
          cell.addEventListener('mouseenter', () => lightEntry(m, i, j, true));
          cell.addEventListener('focus', () => {
            lightEntry(m, i, j, true);
            if (cell.matches(':focus-visible')) $('live').textContent = [...noteText.children].map(line => line.textContent).join('. ');
          });
          cell.addEventListener('mouseleave', darken);
          cell.addEventListener('blur', darken);
          cell.addEventListener('click', () => {
            const b = boxOf.get(m.nodes[i * m.columns + j]);
            if (b === undefined) return;
            choose(b);
            lightEntry(m, i, j, true); // this one, not another of the same node
          });
          cell.addEventListener('keydown', event => {
            const by = {ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0]}[event.key];
            const other = by && !event.shiftKey && cells.get(m.name + ' ' + (i + by[0]) + ' ' + (j + by[1]));
            if (by && !event.shiftKey) { event.preventDefault(); event.stopPropagation(); }
            if (other) other.focus();
            if (event.key === 'Enter') cell.click();
          });
        }
      }
      const wide = element('div', undefined, 'wide'); // scrolls without its caption
      wide.append(table);
      figure.append(caption, wide);
      $('tables').append(figure);
    }
  }
  /** Room for the longest number of a column. */
  function widthOf(m, column) {
    let longest = 1;
    for (let k = column; k < m.values.length; k += m.columns) longest = Math.max(longest, show(number(m.values[k])).length);
    return 'calc(' + (longest * 1.15).toFixed(2) + 'ch + 14px)';
  }
  /** Whether the graph has come as far as an entry: to its value, or to all terms of its adjoint. */
  function isKnown(m, k) {
    const b = m.within[k];
    return b < 0 ? !m.adjoint || steps[at].back : m.adjoint ? isComplete(b) : isReached(b);
  }
  function drawEntries() {
    const isLocal = isSingleStep() && steps[shownStep].back === steps[at].back;
    for (const entry of isLocal ? [...entriesOf[steps[shownStep].box], ...entriesOf[steps[at].box]] : entries) {
      const known = isKnown(entry.m, entry.k);
      if (known === entry.known) continue;
      entry.known = known;
      entry.text.textContent = known ? show(number(entry.m.values[entry.k])) : '·';
      entry.cell.setAttribute('aria-label', entry.cell.dataset.entry + ': ' + (known ? show(number(entry.m.values[entry.k])) : 'not computed yet'));
    }
  }
  const entryName = (name, i, j) => name + '[' + i + ',' + j + ']';
  const cellOf = (name, i, j) => cells.get(name + ' ' + i + ' ' + j);
  /** An operand's entry: {name, words for its number, its cell}. */
  function operandEntry(name, r, c) {
    const m = matrixOf.get(name);
    const k = r * m.columns + c;
    return {name: entryName(name, r, c), number: isKnown(m, k) ? factor(number(m.values[k])) : '?', cell: cellOf(name, r, c)};
  }
  /** The entries of an operand that meet in entry [i,j], in order of summation. */
  function operand(name, transposed, isLeft, i, j) {
    const m = matrixOf.get(name);
    if (!m) return [];
    const alongRow = isLeft !== transposed; // row i of a left operand, column j of a right one
    const fixed = isLeft ? i : j;
    if (fixed >= (alongRow ? m.rows : m.columns)) return [];
    const count = alongRow ? m.columns : m.rows;
    return Array.from({length: count}, (x, k) => alongRow ? operandEntry(name, fixed, k) : operandEntry(name, k, fixed));
  }
  /** The products whose sum is entry [i,j]: lists of one or two entries each; none if they are not on the page. */
  function products(m, i, j) {
    const {left, leftTransposed, right, rightTransposed} = m.product;
    const second = operand(right, rightTransposed, false, i, j);
    if (left === null) return second.map(entry => [entry]);
    const first = operand(left, leftTransposed, true, i, j);
    return first.length === second.length ? first.map((entry, k) => [entry, second[k]]) : [];
  }
  /** What is added to the products: an entry of a row that is on the page, or its name only. */
  function added(m, j) {
    const plus = m.product.plus;
    if (!plus) return [];
    const row = matrixOf.get(plus);
    return [[row && row.rows === 1 && j < row.columns ? operandEntry(plus, 0, j) : {name: plus, number: plus}]];
  }
  /** Lights what an entry is made of, and says how. */
  function tellEntry(m, i, j) {
    const k = i * m.columns + j;
    const known = isKnown(m, k);
    const shown = known ? show(number(m.values[k])) : '?';
    const made = m.product ? products(m, i, j) : [];
    if (!made.length) return [entryName(m.name, i, j) + ' = ' + shown + '  (' + m.equation + ')', ...compared(m, k, known)];
    made.push(...added(m, j));
    made.flat().forEach(entry => { if (entry.cell) light(entry.cell, 'operand'); });
    const sum = what => short(made.map(factors => factors.map(entry => entry[what]).join('·')), 3, 2, dots).join(' + ');
    return [entryName(m.name, i, j) + ' = ' + sum('name'), '= ' + sum('number') + ' = ' + shown, ...compared(m, k, known)];
  }
  /** Both worlds' numbers of an entry. */
  function compared(m, k, known) {
    const b = boxOf.get(m.nodes[k]);
    if (b === undefined && m.within[k] < 0) return ['no node of the graph stands for it'];
    if (!known) return ['not computed yet at this step'];
    if (b === undefined) return ['its node is one of those in ' + boxes[m.within[k]].label];
    const own = number(m.adjoint ? boxes[b].vBar : boxes[b].value);
    const value = number(m.values[k]);
    return ['node ' + (m.adjoint ? bar(boxes[b]) : boxes[b].label) + ' per element ' + own, 'matrix ' + value, 'difference ' + (own - value)];
  }
  /** Lights an entry, its node and what it is made of; that of a leaf, which is made of nothing, with its adjoint. */
  function lightEntry(m, i, j, isPointedAt) {
    darken();
    const k = i * m.columns + j;
    litCell = cellOf(m.name, i, j);
    light(litCell, 'lit');
    const note = tellEntry(m, i, j);
    const b = boxOf.get(m.nodes[k]);
    const isLeaf = b !== undefined && boxes[b].leaf && !m.adjoint;
    if (m.within[k] >= 0) light(shapes[m.within[k]].g, 'lit');
    if (b !== undefined) (m.adjoint || isLeaf ? childrenOf[b] : parentsOf[b]).forEach(a => light(lines[a], 'lit'));
    if (isLeaf && (isPointedAt || steps[at].back)) {
      cellsOfNode[b].filter(([other]) => other.adjoint).forEach(([other, row, column]) => {
        light(cellOf(other.name, row, column), 'lit');
        note.push(...tellEntry(other, row, column));
      });
    }
    noteText.replaceChildren(...note.map(line => element('div', line)));
  }
  function lightNode(i, isPointedAt) {
    darken();
    if (!cells.size) return;
    const found = cellsOfNode[i];
    if (!found.length) { lightTerm(i); return; }
    const [m, r, c] = found.find(f => f[0].adjoint === steps[at].back) || found[0];
    lightEntry(m, r, c, isPointedAt);
    if (i !== steps[at].box) found.forEach(([other, row, column]) => light(cellOf(other.name, row, column), 'lit'));
  }
  /** A node that is no entry, such as a term of a sum, belongs to the entries of its parents. */
  function lightTerm(i) {
    const back = steps[at].back;
    if (boxes[i].collapsed) {
      const within = new Set(entriesOf[i].filter(entry => entry.m.adjoint === back).map(entry => entry.m.name));
      noteText.replaceChildren(element('div', boxes[i].label + ' stands for entries of ' + ([...within].join(', ') || 'no matrix') + '.'));
      return;
    }
    const near = parentsOf[i].flatMap(a => cellsOfNode[arrows[a].from]).filter(([m]) => m.adjoint === back);
    near.forEach(([m, r, c]) => light(cellOf(m.name, r, c), 'operand'));
    const names = short([...new Set(near.map(([m, r, c]) => entryName(m.name, r, c)))], 6, 2, dots).join(', ');
    const who = back && boxes[i].takes ? bar(boxes[i]) : boxes[i].label;
    noteText.replaceChildren(element('div', who + ' is no entry of a matrix' + (names ? (back ? '; it goes into ' : '; it is made of ') + names : '') + '.'));
  }
  /** Scrolls the matrices and the one that is too wide, and nothing else, to the entry that is lit. */
  function reveal() {
    if (!litCell) return;
    const strip = $('matrices');
    const wide = litCell.closest('.wide');
    const cell = litCell.getBoundingClientRect();
    const y = cell.top - strip.getBoundingClientRect().top;
    const x = cell.left - wide.getBoundingClientRect().left;
    const height = strip.scrollHeight > strip.clientHeight ? strip.clientHeight : Infinity;
    const width = wide.clientWidth;
    if (height < Infinity && (y < 60 || y > height - 40)) strip.scrollTop += y - height / 2;
    if (x < 0 || x + cell.width > width) wide.scrollLeft += x - width / 2;
  }
  const shining = []; // what has one of the classes lit and operand: to look for it among thousands takes 7 ms
  function light(element, className) {
    element.classList.add(className);
    shining.push(element);
  }
  function darken() {
    shining.forEach(element => element.classList.remove('lit', 'operand'));
    shining.length = 0;
    litCell = null;
  }

  // ---- Light, dark and print ----

  const dark = matchMedia('(prefers-color-scheme: dark)');
  const theme = name => { document.documentElement.dataset.theme = name; };
  theme(dark.matches ? 'dark' : 'light');
  dark.addEventListener('change', () => theme(dark.matches ? 'dark' : 'light'));
  const otherTheme = () => theme(document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark');
  let onScreen = 'light';
  let seen = view;
  let printing = false;
  // CSS pixels between the margins of a landscape page, on the paper of either continent, without a caption.
  const paper = {w: 900, h: 610};
  /** A matrix that is a little too large is made smaller, one that is much too high goes on over the page. */
  function fitPaper(table) {
    const width = paper.w / table.offsetWidth;
    const height = paper.h / table.offsetHeight;
    const isLong = height < 0.5;
    table.closest('figure').classList.toggle('long', isLong);
    table.style.zoom = Math.min(1, width, isLong ? 1 : height);
  }
  /** A matrix much wider than the paper is printed in parts of some columns each. */
  function cutForPaper(table) {
    if (table.offsetWidth <= paper.w / 0.7) return;
    const widths = [...table.rows[0].cells].map(cell => cell.offsetWidth);
    for (let from = 0, to = 0; from < widths.length; from = to) {
      for (let width = 0; to < widths.length && (to === from || width + widths[to] <= paper.w); to++) width += widths[to];
      const part = table.cloneNode(true);
      for (const row of [part.querySelector('colgroup'), ...part.rows]) row.replaceChildren(...[...row.children].slice(from, to));
      const parts = element('div', from === to - 1 ? 'column ' + from : 'columns ' + from + ' to ' + (to - 1), 'part');
      parts.append(part);
      table.parentNode.append(parts);
    }
    table.hidden = true;
  }
  addEventListener('beforeprint', () => {
    onScreen = document.documentElement.dataset.theme;
    seen = view;
    printing = true;
    theme('light');
    view = all(); // so that all of it is up to date
    look();
    uncutSheets();
    document.querySelectorAll('#tables table').forEach(cutForPaper);
    document.querySelectorAll('#tables table:not([hidden])').forEach(fitPaper);
  });
  addEventListener('afterprint', () => {
    theme(onScreen);
    document.querySelectorAll('#tables .part').forEach(part => part.remove());
    document.querySelectorAll('#tables table').forEach(table => { table.style.zoom = ''; table.hidden = false; });
    view = seen;
    look();
    cutSheets();
    printing = false;
  });

  // ---- Keys and buttons ----

  const slower = by => { const s = $('speed'); s.selectedIndex = Math.max(0, Math.min(s.options.length - 1, s.selectedIndex + by)); if (timer) play(true); };
  function remakeSteps() {
    makeSteps();
    shapes.forEach(shape => { shape.key = null; });
    shownStep = null;
  }
  function changeGrain() {
    $('grain').selectedIndex = 1 - $('grain').selectedIndex;
    remakeSteps();
  }
  function regrain() {
    const {box, back} = steps[at];
    remakeSteps();
    go(steps.findIndex(s => s.box === box && s.back === back));
  }
  const help = () => $('keys').showModal();
  const stepBy = by => { play(false); go(at + by); };
  const backward = () => { play(false); go(steps.findIndex(s => s.back)); };
  const keys = {
    ArrowRight: () => stepBy(1), ArrowLeft: () => stepBy(-1), Home: () => stepBy(-Infinity), End: () => stepBy(Infinity),
    PageDown: () => nextNode(1), PageUp: () => nextNode(-1), ' ': () => play(!timer), b: backward,
    '[': () => slower(-1), ']': () => slower(1), '/': () => { $('search').focus(); $('search').select(); }, j: () => jumpTo(chosen < 0 ? steps[at].box : chosen, true),
    '+': () => zoom(1.25), '=': () => zoom(1.25), '-': () => zoom(0.8), '0': fit, g: toggleAll, t: otherTheme, '?': help,
    n: () => { $('grain').selectedIndex = 1 - $('grain').selectedIndex; regrain(); }, Escape: () => { play(false); choose(-1); darken(); }
  };
  const shifted = {ArrowRight: () => pan(60, 0), ArrowLeft: () => pan(-60, 0), ArrowDown: () => pan(0, 60), ArrowUp: () => pan(0, -60)};
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || $('keys').open) return;
    const target = event.target;
    if (target.matches('input[type=search], select')) return;
    if (target === $('where') && /^(Arrow|Page|Home|End)/.test(event.key)) return;
    if (target.matches('button, summary, [role=button]') && (event.key === 'Enter' || event.key === ' ')) {
      const box = shapeAt.has(target) ? shapeAt.get(target) : -1;
      const cover = covers.find(c => c.g === target);
      if (box >= 0) choose(box);
      if (cover) toggle(cover);
      if (box >= 0 || cover) event.preventDefault();
      return;
    }
    const act = event.shiftKey && shifted[event.key] || keys[event.key];
    if (act) { event.preventDefault(); act(); }
  });
  const on = (id, act) => $(id).addEventListener('click', act);
  on('first', () => stepBy(-Infinity)); on('back', () => stepBy(-1)); on('next', () => stepBy(1)); on('last', () => stepBy(Infinity));
  on('play', () => play(!timer)); on('theme', otherTheme); on('print', () => print()); on('help', help);
  on('larger', () => zoom(1.25)); on('smaller', () => zoom(0.8)); on('fit', fit); on('close-groups', toggleAll);
  $('where').addEventListener('input', () => { play(false); go(+$('where').value); });
  $('speed').addEventListener('change', () => { if (timer) play(true); });
  $('grain').addEventListener('change', regrain);
  addEventListener('hashchange', readAddress);

  if (data.notes.length) { $('notes').hidden = false; $('notes').textContent = data.notes.join(' '); }
  makeSteps();
  matrices();
  if (!readAddress()) go(0, true);
  start();
  new ResizeObserver(resized).observe(stage);
  document.documentElement.dataset.ready = 'true';
})();
