package io.smarter.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ProxyLinksTest {
    private static final ProxyPlace PLACE = new ProxyPlace("/p", "/x", "");

    static Stream<Arguments> pages() {
        return Stream.of(
                argumentSet("link", "<a href=\"/rewriteme\">test</a>", "<a href=\"/p/rewriteme\">test</a>"),
                argumentSet("relative", "<a href='b/c'>", "<a href='b/c'>"),
                argumentSet("elsewhere", "<a href=//other/b>", "<a href=//other/b>"),
                argumentSet("own host", "<a href=http://pod:80/b?c#d>", "<a href=/p/b?c#d>"),
                argumentSet("already there", "<a href=\"/p/b\">", "<a href=\"/p/b\">"),
                argumentSet("case and space", "<IMG alt=x SRC = '/i' />", "<IMG alt=x SRC = '/p/i' />"),
                argumentSet("another attribute", "<a title=\"/t\" href=/u>", "<a title=\"/t\" href=/p/u>"),
                argumentSet("comment", "<!-- <a href=/b> --><a href=/c>", "<!-- <a href=/b> --><a href=/p/c>"),
                argumentSet(
                        "script",
                        "<script src=/s>'<a href=/b>'</script><a href=/c>",
                        "<script src=/p/s>'<a href=/b>'</script><a href=/p/c>"),
                argumentSet("cut off", "<a href=\"/b", "<a href=\"/p/b"),
                argumentSet("no page", "a < b / c > d", "a < b / c > d"),
                argumentSet("stray signs", "<a =/b \"' href=/c>", "<a =/b \"' href=/p/c>"));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void linksLeadThroughTheProxy(String page, String turned) {
        assertThat(ProxyLinks.turned(page, link -> PLACE.outside(link, "pod:80", "pod")))
                .isEqualTo(turned);
    }
}
