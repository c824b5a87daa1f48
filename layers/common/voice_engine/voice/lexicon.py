"""English words and phrases that mark a tone, a stance or a step: what tone and structure are counted from.

Compiled by hand from general knowledge of English style; nobody's texts were used. Words of other languages are in
no list, and texts in them are measured by none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

FIRST_PERSON = "i me my mine myself i'm i've i'll i'd we us our ours ourselves we're we've we'll we'd"
SECOND_PERSON = "you your yours yourself yourselves you're you've you'll you'd"

HEDGES = """
    maybe perhaps possibly probably presumably might may could seem seems seemed seemingly appear appears apparently
    somewhat likely unlikely arguably roughly fairly rather quite usually often generally typically tend tends suppose
    guess wonder wondering hopefully just sort_of kind_of i_think i_believe i_feel i_guess a_bit a_little more_or_less
    if_possible would_you_mind it_seems in_my_opinion as_far_as to_some_extent would_like_to could_you
"""

FORMAL = """
    therefore thus hence furthermore moreover consequently additionally nevertheless nonetheless accordingly
    subsequently regarding concerning whereas wherein whereby herein shall upon prior utilize utilise utilized utilised
    utilizing facilitate facilitates demonstrate demonstrates endeavor endeavour commence commenced obtain obtained
    require requires required assist assistance inquire inquiry enquire ensure ensures appropriate sufficient numerous
    respectfully sincerely cordially kindly esteemed likewise notwithstanding albeit constitute constitutes
    pursuant appreciate acknowledge request requested provide provided in_order_to with_regard_to in_addition
    due_to as_well_as in_accordance_with on_behalf_of we_regret i_would_like at_your_convenience please_find
    such_as in_light_of with_respect_to
"""
INFORMAL = """
    hey hi hiya yeah yep yup nope nah gonna wanna gotta kinda sorta lemme dunno cool awesome stuff guys folks buddy dude
    lol lmao haha hahaha btw tbh imo imho fyi idk omg ok okay pretty super totally cheers thx pls plz cuz cos u ur
    crap crappy damn hell heck lots bunch tons huge kid kids mom dad oh wow ugh hmm huh anyway anyways whatever
    crazy nuts sucks fun yay nice a_lot a_bit a_couple by_the_way you_know no_way of_course no_idea check_out
"""

ENTHUSIASM = """
    excited exciting excitement thrilled thrilling amazing awesome fantastic incredible incredibly wonderful brilliant
    superb terrific stunning delighted delightful excellent perfect perfectly great greatest best love loved loving
    proud yay woohoo wow hooray hurray absolutely totally super truly extremely insanely epic glorious happily
    enjoy enjoyed celebrate celebrating congratulations congrats cheers favorite favourite inspiring inspired eager
    eagerly passionate cant_wait can't_wait so_much so_happy so_good looking_forward
"""
EMOTION = """
    feel feels feeling feelings felt love loved loves loving hate hated heart hearts heartfelt heartbroken happy
    happiness sad sadly sadness afraid fear fears scared hope hopes hoping hoped joy joyful tears tear cry crying cried
    grateful gratitude thankful sorry angry anger miss missed missing worried worry worries anxious anxiety proud pride
    lonely alone hurt hurts pain painful ache warm warmth beautiful cherish cherished hug hugs excited passion dream
    dreams grief grieving loss comfort comforting care caring cared kindness soul smile smiled laughter laugh laughed
    regret guilt guilty ashamed shame relief relieved nervous upset devastated overwhelmed delighted glad terrified
"""
HUMOR = """
    haha hahaha hahahaha hehe lol lmao rofl lolz jk kidding joke jokes joking joked funny funnier hilarious hilariously
    laugh laughed laughing laughs silly goofy ridiculous ridiculously absurd absurdly oops whoops oopsie ha pun puns
    weird weirdo nerd nerdy nerds geek meme memes banana bananas shenanigans nonsense spoiler just_kidding no_joke
    dad_joke to_be_fair plot_twist
"""
ASSERTION = """
    must need needs should never always stop clearly exactly definitely certainly absolutely obviously simply period
    now immediately today required wrong right fact facts the_fact_is the_truth_is bottom_line have_to has_to
    make_sure no_doubt without_doubt do_not don't
"""
REASONING = """
    because therefore thus hence however although though whereas since consequently data evidence percent percentage
    compared comparison analysis analyze analyse analyzed measure measured measures average result results reason
    reasons cause caused causes effect effects depend depends factor factors example examples suggest suggests
    hypothesis estimate estimated implies imply correlation research study studies method methods in_contrast
    for_example for_instance as_a_result on_the_other_hand due_to such_as
"""
SEQUENCE = """
    first firstly second secondly third thirdly next finally lastly afterwards step steps then after_that to_begin
    to_start
"""

CALLS_TO_ACTION = """
    let_me_know let_us_know sign_up check_out check_it_out get_in_touch reach_out join_us join_me come_along
    get_started try_it give_it find_out learn_more read_more read_on click_here click_the follow_me follow_us
    follow_for share_this share_your share_with tell_me tell_us drop_me drop_a leave_a comment_below reply_with
    reply_to send_me send_us call_me call_us text_me email_me email_us message_me contact_me contact_us write_to
    register_now register_here subscribe_to subscribe_now book_a book_your download_the download_your
    don't_miss stay_tuned save_the apply_now apply_here visit_our buy_now order_now take_a_look have_a_look
"""
ACTION_VERBS = """
    add apply ask avoid be begin bring buy call check choose click come comment consider contact create do
    don't donate download email ensure find follow forget get give go grab help imagine join keep learn leave let
    listen look make message open pick please put read register remember remove reply rsvp save see
    send share sign start stay stop subscribe take tell think try turn use visit vote wait watch
    write
"""

GREETINGS = "dear hi hey hello greetings hiya good_morning good_afternoon good_evening to_whom"
SIGN_OFFS = """
    best regards sincerely thanks cheers love yours warmly respectfully cordially best_regards kind_regards
    warm_regards best_wishes warm_wishes many_thanks thank_you yours_truly yours_sincerely all_the_best take_care
    with_love much_love talk_soon see_you
"""

STORY_OPENINGS = """
    yesterday once when_i when_we last_week last_month last_year last_night last_summer i_was i_had i_met i_remember
    i_still i_used we_were we_had it_was years_ago a_few days_ago weeks_ago months_ago this_morning one_day one_morning
    the_other_day on_my the_first_time back_in growing_up i_grew there_was
"""
PROBLEM_OPENINGS = """
    problem problems struggle struggles struggling struggled challenge challenges mistake mistakes fail fails failing
    failed failure wrong broken hard difficult frustrating frustrated pain painful stuck tired overwhelmed crisis
    issue issues risk risks threat lack lacking missing worse worst most_people too_many nobody no_one
"""
HOOK_OPENINGS = "imagine stop what_if here's_the here's_why here's_how ever_wondered guess_what did_you picture"
SUMMARY_ENDINGS = """
    overall ultimately conclusion summary summarize summarise finally short sum therefore in_short in_summary
    in_conclusion to_sum_up all_in_all at_the_end bottom_line the_takeaway takeaway takeaways that's_why this_is_why
    in_the_end
"""
REFLECTION_ENDINGS = """
    learned learnt realized realised realize realise wonder remember reminded reminds hope grateful thankful lesson
    lessons looking_back i_think i_believe i_feel i_felt i_know i_hope maybe perhaps makes_me
"""


def phrases(listed: str) -> frozenset[str]:
    """The entries of a list, as they are looked up: words of a phrase joined by one space."""
    return frozenset(entry.replace("_", " ") for entry in listed.split())


LONGEST_PHRASE = 4

# How often a text holds each of these is counted, under these names, in `Features`.
CATEGORIES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "first_person": phrases(FIRST_PERSON),
        "second_person": phrases(SECOND_PERSON),
        "hedges": phrases(HEDGES),
        "formal": phrases(FORMAL),
        "informal": phrases(INFORMAL),
        "enthusiastic": phrases(ENTHUSIASM),
        "emotional": phrases(EMOTION),
        "humorous": phrases(HUMOR),
        "assertive": phrases(ASSERTION),
        "reasoning": phrases(REASONING),
        "sequence": phrases(SEQUENCE),
    }
)
GREETING_WORDS = phrases(GREETINGS)
SIGN_OFF_WORDS = phrases(SIGN_OFFS)
ACTION_WORDS = phrases(ACTION_VERBS)
CALLS = phrases(CALLS_TO_ACTION)
STORY = phrases(STORY_OPENINGS)
PROBLEM = phrases(PROBLEM_OPENINGS)
HOOK = phrases(HOOK_OPENINGS)
SUMMARY = phrases(SUMMARY_ENDINGS)
REFLECTION = phrases(REFLECTION_ENDINGS)


def _index() -> Mapping[str, tuple[str, ...]]:
    names: dict[str, list[str]] = {}
    for name, entries in CATEGORIES.items():
        for entry in entries:
            names.setdefault(entry, []).append(name)
    return MappingProxyType({entry: tuple(found) for entry, found in names.items()})


_CATEGORIES_OF = _index()


def plain(words: Iterable[str]) -> list[str]:
    """Words as the lists hold them: lower case, straight apostrophes."""
    return [word.casefold().replace("’", "'").replace("ʼ", "'") for word in words]


def runs(words: list[str]) -> Iterable[str]:
    """Every run of one to LONGEST_PHRASE neighbouring words."""
    for start in range(len(words)):
        for end in range(start + 1, min(start + LONGEST_PHRASE, len(words)) + 1):
            yield " ".join(words[start:end])


def tally(words: list[str], counts: dict[str, int]) -> None:
    """Adds to `counts` how often the words, as `plain` gives them, hold an entry of each of the CATEGORIES."""
    for run in runs(words):
        for name in _CATEGORIES_OF.get(run, ()):
            counts[name] += 1


def holds(words: list[str], entries: frozenset[str]) -> bool:
    """Whether the words hold an entry of a list."""
    return any(run in entries for run in runs(words))


def opens(words: list[str], entries: frozenset[str]) -> bool:
    """Whether the words begin with an entry of a list."""
    return any(" ".join(words[:length]) in entries for length in range(1, LONGEST_PHRASE + 1))
