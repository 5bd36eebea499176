"""GitHub's REST API asked over a real connection, in order and out of order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from depaudit.errors import ApiError
from depaudit.frontends.github.api import Api, Bounds
from tests.frontends.github.conftest import TOKEN
from tests.world import World
from tests.world.github import GitHub

COMMENTS = "/repos/acme/shop/issues/7/comments"
PULL = "/repos/acme/shop/pulls/7"


def refused(call: Callable[[], object]) -> ApiError:
    with pytest.raises(ApiError) as raised:
        call()
    return raised.value


# --- in order


def test_a_request_says_who_asks_and_in_which_words(github: GitHub, api: Api) -> None:
    assert api.get(PULL)["head"]["sha"] == "a" * 40
    (heard,) = github.requests
    assert {
        name: heard.header(name) for name in ("Authorization", "Accept", "X-GitHub-Api-Version", "Cookie", "Connection")
    } == {
        "Authorization": f"Bearer {TOKEN}",
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": "2022-11-28",
        "Cookie": "",
        "Connection": "",
    }
    assert heard.header("User-Agent").startswith("depaudit/")


def test_a_netrc_does_not_replace_the_token(github: GitHub, api: Api, own_world: Path) -> None:
    (own_world / ".netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    api.get(PULL)
    assert github.requests[0].header("Authorization") == f"Bearer {TOKEN}"


def test_created_changed_and_deleted(github: GitHub, api: Api) -> None:
    made = api.post(COMMENTS, {"body": "one"})
    api.patch(f"/repos/acme/shop/issues/comments/{made['id']}", {"body": "two"})
    assert github.bodies(7) == ["two"]
    api.delete(f"/repos/acme/shop/issues/comments/{made['id']}")
    api.delete(f"/repos/acme/shop/issues/comments/{made['id']}")
    assert github.bodies(7) == []


def test_all_pages_of_a_list(github: GitHub, api: Api) -> None:
    for count in range(205):
        github.comment(7, str(count), "alice")
    pages = api.pages(COMMENTS, most=5)
    assert [row["body"] for row in pages.rows] == [str(count) for count in range(205)]
    assert pages.whole
    assert [heard.query for heard in github.requests] == ["per_page=100", "per_page=100&page=2", "per_page=100&page=3"]


def test_no_more_pages_than_asked_for(github: GitHub, api: Api) -> None:
    for count in range(205):
        github.comment(7, str(count), "alice")
    pages = api.pages(COMMENTS, most=2)
    assert (len(pages.rows), pages.whole) == (200, False)


def test_a_server_of_a_company(github: GitHub, api_of: Callable[..., Api]) -> None:
    for count in range(101):
        github.comment(7, str(count), "alice")
    api = api_of(url=f"{github.url}/api/v3")
    assert len(api.pages(COMMENTS, most=5).rows) == 101
    assert api.viewer() == "github-actions[bot]"
    assert [heard.path.partition("?")[0] for heard in github.requests] == [
        f"/api/v3{COMMENTS}",
        f"/api/v3{COMMENTS}",
        "/api/graphql",
    ]


def test_over_tls_with_the_authorities_of_the_machine(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with GitHub(tls=True) as github:
        github.open_pull()
        github.token(TOKEN)
        api = Api(github.url, TOKEN)
        assert api.get(PULL)["number"] == 7
        api.close()


def test_through_a_proxy(world: World) -> None:
    with GitHub() as github:
        github.open_pull()
        github.token(TOKEN)
        for count in range(101):
            github.comment(7, str(count), "alice")
        world.host("api.github.com", github.port)
        api = Api("https://api.github.com", TOKEN)
        assert len(api.pages(COMMENTS, most=5).rows) == 101
        api.close()


def test_a_certificate_that_nobody_trusts(monkeypatch: pytest.MonkeyPatch, waits: list[float]) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with GitHub(tls=True) as github:
        api = Api(github.url, TOKEN, sleep=waits.append)
        assert str(refused(lambda: api.get(PULL))) == (
            "GitHub's API gave no answer: its certificate is not trusted. "
            "Name your company's certificates by REQUESTS_CA_BUNDLE."
        )
        api.close()
    assert waits == []


# --- refused


def test_a_token_that_may_only_read(github: GitHub, api_of: Callable[..., Api]) -> None:
    github.token("reader", pull_requests="read")
    error = refused(lambda: api_of("reader").post(COMMENTS, {"body": "x"}))
    assert str(error) == (
        "GitHub's API does not let this token do that (403, it says 'Resource not accessible by integration'). "
        "Write pull-requests: write under the job's permissions."
    )
    assert (error.status, error.permission, error.unclear) == (403, "pull-requests: write", False)
    assert github.asked == (f"POST {COMMENTS}",)


def test_a_private_repository_that_the_token_may_not_read(github: GitHub, api_of: Callable[..., Api]) -> None:
    github.private = True
    github.token("blind", contents="read")
    error = refused(lambda: api_of("blind").get(PULL))
    assert error.permission == "pull-requests: read"


@pytest.mark.parametrize(
    ("status", "message", "sentence", "tries"),
    [
        (
            401,
            "Bad credentials",
            "GitHub's API does not accept the token (401, it says 'Bad credentials'). {VALID}",
            1,
        ),
        (
            404,
            "Not Found",
            "GitHub's API knows nothing there, or does not show it to this token (404, it says 'Not Found'). {READ}",
            1,
        ),
        (422, "Validation Failed", "GitHub's API refused the request (422, it says 'Validation Failed').", 1),
        (502, "Server Error", "GitHub's API is out of order (502, it says 'Server Error').", 4),
        (503, "\x1b[2J::error::\u202e" + "x" * 200, None, 4),
    ],
)  # fmt: skip
def test_what_a_status_means(
    github: GitHub, api: Api, status: int, message: str, sentence: str | None, tries: int
) -> None:
    github.fail("status", status=status, message=message, times=None)
    error = refused(lambda: api.get(PULL))
    assert len(github.requests) == tries
    assert error.status == status
    if sentence is not None:
        assert str(error) == sentence.format(
            VALID="Give the action's input token one that is valid; ${{ github.token }} is, until the job ends.",
            READ="Write pull-requests: read under the job's permissions.",
        )
    assert all(" " <= letter <= "~" or letter == "…" for letter in str(error))
    assert len(str(error)) < 400


def test_no_token_asks_nothing(github: GitHub, api_of: Callable[..., Api]) -> None:
    error = refused(lambda: api_of("").get(PULL))
    assert str(error) == "There is no token to ask GitHub's API with. Give the action's input token."
    assert github.requests == ()


def test_a_token_is_never_shown(github: GitHub, api: Api) -> None:
    github.fail("status", status=400, message=f"what is Bearer {TOKEN}?")
    error = refused(lambda: api.get(PULL))
    assert str(error) == "GitHub's API refused the request (400, it says 'what is Bearer ***?')."
    assert TOKEN not in repr(api) + repr(vars(api)) + repr(error.__cause__) + repr(error.__context__)


@pytest.mark.parametrize("token", ["a\nb", "a b", "\u202e", "x" * 5000])
def test_what_no_token_is(token: str) -> None:
    api = Api("https://api.github.com", token)
    error = refused(lambda: api.get(PULL))
    assert token not in repr(vars(api))
    assert str(error) == "The token holds characters that no token has. Give the action's input token a whole token."


def test_a_token_with_a_line_end(github: GitHub, api_of: Callable[..., Api]) -> None:
    assert api_of(f"{TOKEN}\n").get(PULL)["number"] == 7


# --- out of order, for a while


@pytest.mark.parametrize("kind", ["status", "reset"])
def test_a_short_trouble_is_waited_out(github: GitHub, api: Api, waits: list[float], kind: str) -> None:
    github.fail(kind, status=503, times=2)  # type: ignore[arg-type]  # one of the kinds
    assert api.get(PULL)["number"] == 7
    assert waits == [1.0, 2.0]


def test_the_server_says_how_long_to_wait(github: GitHub, api: Api, waits: list[float]) -> None:
    github.fail("status", status=429, message="Too many requests", headers={"Retry-After": "7"})
    github.fail("status", status=503, headers={"Retry-After": "5"})
    assert api.get(PULL)["number"] == 7
    assert waits == [7.0, 5.0]


def test_a_rate_limit_that_ends_soon(github: GitHub, api: Api, waits: list[float]) -> None:
    reset = int(github.now.timestamp()) + 11
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(reset)}
    github.fail("status", status=403, message="API rate limit exceeded for installation.", headers=headers)
    assert api.get(PULL)["number"] == 7
    assert waits == [12.0]


def test_a_rate_limit_that_ends_late(github: GitHub, api: Api, waits: list[float]) -> None:
    reset = int(github.now.timestamp()) + 1800
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(reset)}
    github.fail("status", status=403, message="API rate limit exceeded", headers=headers, times=None)
    error = refused(lambda: api.get(PULL))
    assert str(error) == (
        "GitHub's API has had too many requests (403) and asks to wait 30 minutes. Run the job again later."
    )
    assert (error.permission, waits, len(github.requests)) == ("", [], 1)


def test_a_secondary_limit_that_does_not_say_how_long(github: GitHub, api: Api, waits: list[float]) -> None:
    github.fail("status", status=403, message="You have exceeded a secondary rate limit. Please wait.", times=None)
    error = refused(lambda: api.post(COMMENTS, {"body": "x"}))
    assert str(error) == (
        "GitHub's API has had too many requests (403) and asks to wait 60 seconds. Run the job again later."
    )
    assert (error.unclear, waits) == (False, [])


def test_all_waiting_together_is_bounded(github: GitHub, api: Api, waits: list[float]) -> None:
    github.fail("status", status=429, headers={"Retry-After": "14"}, times=None)
    refused(lambda: api.get(PULL))
    refused(lambda: api.get(PULL))
    assert waits == [14.0, 14.0]
    assert len(github.requests) == 4


def test_all_requests_together_are_bounded(github: GitHub, api_of: Callable[..., Api]) -> None:
    api = api_of(bounds=Bounds(requests=2))
    api.get(PULL)
    api.get(PULL)
    assert str(refused(lambda: api.get(PULL))) == (
        "GitHub's API was asked 2 times already, and is not asked more in one run."
    )
    assert len(github.requests) == 2


def test_creating_is_not_repeated_when_it_may_have_been_done(github: GitHub, api: Api) -> None:
    github.fail("lost", method="POST")
    error = refused(lambda: api.post(COMMENTS, {"body": "x"}))
    assert (str(error), error.unclear) == ("GitHub's API gave no answer: the connection broke.", True)
    assert github.bodies(7) == ["x"]


def test_creating_is_repeated_when_it_was_refused_for_now(github: GitHub, api: Api, waits: list[float]) -> None:
    github.fail("status", status=403, message="secondary rate limit", headers={"Retry-After": "3"})
    api.post(COMMENTS, {"body": "x"})
    assert (github.bodies(7), waits) == (["x"], [3.0])


def test_nobody_is_there(github: GitHub, api_of: Callable[..., Api], waits: list[float]) -> None:
    api = api_of(url="http://127.0.0.1:9")
    error = refused(lambda: api.post(COMMENTS, {"body": "x"}))
    assert (str(error), error.unclear) == ("GitHub's API gave no answer: it cannot be reached.", False)
    assert waits == [1.0, 2.0, 4.0]


def test_the_proxy_is_not_there(monkeypatch: pytest.MonkeyPatch, waits: list[float]) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    api = Api("https://api.github.com", TOKEN, sleep=waits.append, chance=lambda: 0.0)
    assert str(refused(lambda: api.get(PULL))) == (
        "GitHub's API gave no answer: the proxy refused the way to it. See HTTPS_PROXY and NO_PROXY."
    )


@pytest.mark.parametrize("kind", ["slow", "drip"])
def test_an_answer_that_does_not_end(github: GitHub, api_of: Callable[..., Api], kind: str) -> None:
    github.fail(kind, seconds=0.5 if kind == "slow" else 0.02, times=None)  # type: ignore[arg-type]  # one of the kinds
    api = api_of(bounds=Bounds(read=0.2, total=0.3, tries=2))
    assert str(refused(lambda: api.get(PULL))) == "GitHub's API gave no answer: it did not answer in time."


# --- nonsense


@pytest.mark.parametrize("kind", ["huge", "bomb"])
def test_an_answer_without_measure(github: GitHub, api_of: Callable[..., Api], kind: str) -> None:
    github.fail(kind, size=3_000_000)  # type: ignore[arg-type]  # one of the kinds
    api = api_of(bounds=Bounds(body=1_000_000))
    assert str(refused(lambda: api.get(PULL))) == (
        "GitHub's API gave no answer: its answer is larger than any that it documents."
    )


def test_a_page_to_log_in(github: GitHub, api: Api) -> None:
    github.fail("page")
    assert str(refused(lambda: api.get(PULL))) == (
        "GitHub's API answered something else than it documents: the whole is not JSON. "
        "Look whether a proxy stands in between."
    )


def test_nested_without_end(github: GitHub, api: Api) -> None:
    value: list[object] = []
    for _ in range(200):
        value = [value]
    github.fail("json", value=value)
    assert "the whole is not JSON of fewer than 64 levels" in str(refused(lambda: api.get(PULL)))


def test_no_list_where_one_was_asked_for(github: GitHub, api: Api) -> None:
    github.fail("json", value={"message": "hello"})
    assert "not the list that was asked for" in str(refused(lambda: api.pages(COMMENTS, most=3)))


@pytest.mark.parametrize("target", ["https://evil.example/", "http://localhost:9/x", "//evil.example/x", "", "/there"])
def test_no_redirect_to_another_host(github: GitHub, api: Api, target: str) -> None:
    github.fail("redirect", target=target)
    assert str(refused(lambda: api.get(PULL))).startswith("GitHub's API points to another host, which is not given")
    assert len(github.requests) == 1


def test_a_redirect_on_the_same_host_is_followed(github: GitHub, api: Api) -> None:
    github.fail("redirect", target=f"{github.url}{PULL}", path="/repos/acme/old/pulls/7")
    assert api.get("/repos/acme/old/pulls/7")["number"] == 7


def test_no_endless_redirects(github: GitHub, api: Api) -> None:
    github.fail("redirect", target=f"{github.url}{PULL}", times=None)
    assert "sends this request elsewhere (307, it says 'Moved'), which is not followed" in str(
        refused(lambda: api.get(PULL))
    )
    assert len(github.requests) == 4


def test_nothing_is_written_elsewhere(github: GitHub, api: Api) -> None:
    github.fail("redirect", target=f"{github.url}{COMMENTS}", method="POST")
    error = refused(lambda: api.post(COMMENTS, {"body": "x"}))
    assert (error.unclear, github.bodies(7), len(github.requests)) == (False, [], 1)


@pytest.mark.parametrize(
    "link",
    [
        '<https://evil.example/next>; rel="next"',
        '<http://127.0.0.1:9/next>; rel="next"',
        '<//evil.example>; rel="next"',
        '<http://user:word@127.0.0.1/>; rel="next"',
        '<http://[::1>; rel="next"',
    ],
)
def test_no_page_of_another_host(github: GitHub, api: Api, link: str) -> None:
    github.fail("json", value=[1], headers={"Link": link})
    assert "points to another host" in str(refused(lambda: api.pages(COMMENTS, most=3)))
    assert len(github.requests) == 1


@pytest.mark.parametrize("link", ["", "nonsense", '<https://evil.example/>; rel="last"', "<" * 9000, "," * 9000])
def test_links_that_lead_nowhere(github: GitHub, api: Api, link: str) -> None:
    github.fail("json", value=[1], headers={"Link": link})
    assert api.pages(COMMENTS, most=3).whole
