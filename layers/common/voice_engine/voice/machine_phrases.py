"""English phrases that machines are widely known to overuse: a prior, which believes a writer's removal sooner."""

from __future__ import annotations

# Compiled by hand from what editors, teachers and readers commonly name as the sound of a language model. Nobody's
# texts were counted for it. A phrase of the list is not bad by itself, and nothing is ever removed for being on it:
# it says only that who removes it once will more likely do so again. Each phrase stands as
# `ngrams` would cut it, without the function words at its ends; a word stands for every phrase that holds it.
_WORDS = """
bespoke bittersweet boundless bustling cacophony commendable crescendo crucial cutting-edge daunting delve delved delves
delving elevate elevates embark embarked embarking empower empowering empowers endeavor endeavors enigmatic ephemeral
etched ethereal ever-changing ever-evolving ever-present facilitate fast-paced foster fostered fostering fosters
furthermore game-changer game-changing gossamer groundbreaking harness harnessing holistic illuminate illuminating
indelible indomitable insurmountable interplay intricacies intricate invaluable juxtaposition kaleidoscope labyrinth
labyrinthine landscape leverage leveraged leverages leveraging liminal melancholy meticulous meticulously moreover
multifaceted mundane myriad navigating nestled newfound nuanced nuances palpable paradigm paramount pivotal plethora
poignant profound profoundly realm realms reimagine relentless resilience resonate resonated resonates resonating
reverie revolutionize robust seamless seamlessly shimmering showcase showcases showcasing solace steadfast streamline
streamlined supercharge symphony synergy tapestry testament thought-provoking timeless transformative transcend
transcended transcends unbeknownst underpins underscore underscored underscores underscoring unleash unlock unlocking
unparalleled unravel unraveled unspoken unwavering utilize utilized utilizes utilizing vibrant visceral whimsical
whispered whispers
"""
_PHRASES = """
actionable insights
air thick
almost imperceptible
barely above
beacon of
best practices
blend of
breath of fresh air
bridge the gap
cast long shadows
casting long shadows
cautionary tale
comfort zone
constant reminder
couldn't help
couldn't shake
dance of
deep dive
deeper understanding
delicate balance
delicate dance
digital age
don't hesitate
double-edged sword
drive innovation
dust motes
echoes of
enduring legacy
excited to announce
excited to share
eyes sparkling
eyes widened
eyes widening
feel free
filled the air
finds you well
fresh perspective
full potential
furrowed brow
game changer
glimmer of
golden hour
growing sense
heart pounding
heart raced
heart racing
heart swelled
heavy with
help but
hope this email finds
hope this message finds
human condition
human experience
human spirit
humbled and honored
hung heavy
hung in the air
hushed tones
important to note
inner turmoil
invisible thread
joys and sorrows
key takeaways
knowing smile
leap of faith
left unsaid
let's dive
let's explore
lingered in the air
little did
look no further
lost in thought
marked the beginning
meaningful connections
mind racing
mingled with
mix of
mixture of
moment of clarity
new chapter
new era
new heights
new normal
pang of
passion for
piece of the puzzle
play a vital role
plays a vital role
pushing the boundaries
quiet determination
quiet strength
reach out
reminder of
reminder that
rest assured
rich history
rollercoaster of emotions
safe haven
seemed to
sense of
sent a shiver
sent shivers
serves as a reminder
served as a reminder
settled over
sheer weight
shiver down
shivers down
silver lining
single tear
soft glow
something deeper
speaks volumes
stark contrast
state-of-the-art
stay ahead of the curve
strange mix
sunlight filtered
surge of
sweet spot
symbol of
test of time
thread of
thrilled to announce
thrilled to share
tinged with
today's digital world
top of mind
touch of
treasure trove
tucked away
turning point
unexpected places
vast array
voice barely
wave of
weight of
whirlwind of
whisper of
wide array
wide range
win-win
witness to
words hung
worth noting
"""

MACHINE_WORDS = frozenset(_WORDS.split())
MACHINE_PHRASES = frozenset(_PHRASES.split("\n")) - {""}
_LONGEST = max(phrase.count(" ") + 1 for phrase in MACHINE_PHRASES)


def is_one(phrase_key: str, language: str | None) -> bool:
    """Whether a phrase, given by its key, is itself in the list. English only: elsewhere always False."""
    return language == "en" and (phrase_key in MACHINE_WORDS or phrase_key in MACHINE_PHRASES)


def holds_one(phrase_key: str, language: str | None) -> bool:
    """Whether a phrase, given by its key, holds one of the list. English only: elsewhere always False."""
    if language != "en":
        return False
    words = phrase_key.split()
    if not MACHINE_WORDS.isdisjoint(words):
        return True
    return any(
        " ".join(words[start : start + size]) in MACHINE_PHRASES
        for size in range(1, min(_LONGEST, len(words)) + 1)
        for start in range(len(words) - size + 1)
    )
