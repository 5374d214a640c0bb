package io.smarter.cel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smarter.json.Json;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The expression language of validation rules. */
@Timeout(20)
final class CelTest {
    private static final long BUDGET = 1_000_000;
    private static final String SELF = """
            {"a":1,"b":2,"text":"hello","list":[3,1,2],"names":["x","y"],"map":{"k":"v"},"deep":{"in":{"x":true}},
            "items":[{"name":"a","n":1},{"name":"b","n":2}],"none":null,"real":1.5}""";

    private static Object value(String expression) {
        var self = CelConversion.value(null, Json.parse(SELF));
        return new CelRun(BUDGET).value(CelParser.parse(expression), new CelRun.Scope("self", self, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "self.a < self.b && !(self.a > self.b)",
                "self.a + self.b * 2 == 5",
                "(self.a + self.b) * 2 == 6",
                "7 / 2 == 3 && 7 % 4 == 3 && -7 / 2 == -3",
                "1 - 2 - 3 == -4",
                "self.a == 1.0 && 1u == 1 && 0x10 == 16",
                "1.5e3 == 1500.0",
                "self.text.startsWith('he') && self.text.endsWith(\"lo\") && self.text.contains('ell')",
                "self.text.matches('^h.*o$') && size(self.text) == 5 && self.text.size() == 5",
                "self.list.all(x, x > 0) && self.list.exists(x, x == 3) && self.list.exists_one(x, x == 2)",
                "self.list.map(x, x * 2) == [6, 2, 4] && self.list.filter(x, x > 1) == [3, 2]",
                "self.list.map(x, x > 1, x * 10) == [30, 20]",
                "self.list.exists(i, v, i == 1 && v == 1)",
                "self.items.all(i, i.name in ['a', 'b']) && self.items.map(i, i.n).sum() == 3",
                "has(self.map.k) && !has(self.map.z) && self.map['k'] == 'v' && 'k' in self.map",
                "self.map.all(k, self.map[k] == 'v')",
                "has(self.deep.in) || true",
                "self.list[0] == 3 && self.list.isSorted() == false && [1, 2, 2].isSorted()",
                "self.list.min() == 1 && self.list.max() == 3 && self.list.indexOf(2) == 2",
                "self.none == null && self.a != null",
                "self.a == 1 ? true : false",
                "true || self.missing == 1",
                "self.missing == 1 || true",
                "!(false && self.missing == 1)",
                "int('5') == 5 && string(5) == '5' && double('1.5') == 1.5 && string(true) == 'true'",
                "type(1) == int && type('x') == string && type([]) == list",
                "'a,b,c'.split(',') == ['a', 'b', 'c'] && ['a', 'b'].join('-') == 'a-b'",
                "'abc'.substring(1) == 'bc' && 'abc'.charAt(1) == 'b' && 'aXbX'.replace('X', '-') == 'a-b-'",
                "'ABC'.lowerAscii() == 'abc' && ' x '.trim() == 'x' && 'abcb'.lastIndexOf('b') == 3",
                "'a1b22'.find('[0-9]+') == '1' && 'a1b22'.findAll('[0-9]+') == ['1', '22']",
                "timestamp('2024-01-02T03:04:05Z').getFullYear() == 2024",
                "timestamp('2024-01-02T00:00:00Z') - timestamp('2024-01-01T00:00:00Z') == duration('24h')",
                "duration('1h30m').getMinutes() == 90 && duration('1500ms') > duration('1s')",
                "quantity('1Gi').isGreaterThan(quantity('500Mi')) && quantity('1').add(quantity('1')).asInteger() == 2",
                "isQuantity('10Mi') && !isQuantity('ten')",
                "url('https://example.com:80/p?q=1').getHost() == 'example.com:80' && isURL('/x') && !isURL('x y')",
                "isIP('10.0.0.1') && isIP('::1') && !isIP('10.0.0') && isCIDR('10.0.0.0/8') && !isCIDR('10.0.0.0/33')",
                "sets.contains([1, 2, 3], [2]) && sets.intersects([1], [1, 2]) && sets.equivalent([1, 1], [1])",
                "optional.of(1).hasValue() && optional.none().orValue(3) == 3 && self.?missing.orValue(7) == 7",
                "self[?'a'].value() == 1 && self.?map.?k.optMap(x, x + '!').value() == 'v!'",
                "cel.bind(x, self.a + 1, x * x == 4)",
                "r'\\d' == '\\\\d' && 'caf\\u00e9'.size() == 4 && b'x'.size() == 1 && \"it's\" == 'it\\'s'",
                "{'a': 1, 'b': [2]} == {'b': [2], 'a': 1} && {'a': 1}.a == 1",
                "[1, 2] + [3] == [1, 2, 3] && dyn(1) == 1.0 // with a comment",
                "-9223372036854775808 < 0 && -0x8000000000000000 == -9223372036854775807 - 1",
                "uint(1) + 1u == 2u && type(uint(1)) == uint && 18446744073709551615u / 2u == 9223372036854775807u",
                "double(2u) == 2.0 && int(2u) == 2 && 9223372036854775807 != 9223372036854775808u",
                "9007199254740993 > 9007199254740992.0 && 1u < 1.5 && 1 < 1.0 / 0.0 && !(0.0 / 0.0 == 0.0 / 0.0)",
                "b'\\xff'.size() == 1 && bytes('\u00e9') == b'\u00e9' && string(b'\u00e9') == '\u00e9'",
                "!([1] in {'a': 1}) && !([1] in self.map)",
                "[1, 2].transformList(i, v, v * 10 + i) == [10, 21] && [1, 2].transformList(i, v, i > 0, v) == [2]",
                "{'a': 1}.transformMap(k, v, k + string(v)) == {'a': 'a1'}",
                "{'a': 1, 'b': 2}.transformMapEntry(k, v, v > 1, {v: k}) == {2: 'b'}",
                "[?self.?missing, 1] == [1] && {?'k': self.?a, ?'l': self.?missing} == {'k': 1}",
                "ip('10.0.0.1').family() == 4 && ip('::1').isLoopback() && string(ip('1:0:0:0:0:0:0:2')) == '1::2'",
                "ip.isCanonical('::1') && !ip.isCanonical('::0001') && ip('8.8.8.8').isGlobalUnicast()",
                "cidr('10.0.0.0/8').containsIP('10.1.2.3') && !cidr('10.0.0.0/8').containsIP(ip('11.0.0.1'))",
                "cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16') && string(cidr('10.1.2.3/8').masked()) == '10.0.0.0/8'",
                "cidr('2001:db8::/33').containsIP('2001:db8::1') && !cidr('2001:db8::/33').containsIP('2001:db8:8000::1')",
                "cidr('10.0.0.0/8').prefixLength() == 8 && cidr('10.0.0.1/8').ip() == ip('10.0.0.1')",
                "!format.dns1123Label().validate('web').hasValue() && format.named('dns1123Label').value().validate('W').hasValue()",
                "!format.named('none').hasValue() && format.qualifiedName().validate('a b').value().size() == 1",
                "'%s has %d: %.2f, %x, %s'.format(['a', 2, 1.5, 255, [1, 'b']]) == 'a has 2: 1.50, ff, [1, b]'",
                "['x'].all(ip, ip.startsWith('x')) && strings.quote('a\"b') == '\"a\\\\\"b\"'",
            })
    void expressionsHold(String expression) {
        assertThat(value(expression)).as(expression).isEqualTo(true);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "self.missing == 1",
                "self.list[7] == 1",
                "1 / 0 == 1",
                "9223372036854775807 + 1 > 0",
                "'a' < 1",
                "self.text + 1 == ''",
                "'a'.substring(5) == ''",
                "optional.none().value() == 1",
                "'x'.matches('(')",
                "[].max() == 1",
                "int('x') == 1",
                "timestamp('+999999999-12-31T23:59:59Z') + duration('2000000h') + duration('2000000h') == self.a",
                "0.0 / 0.0 > 1.0",
                "[2.0, 0.0 / 0.0, 1.0].sort().size() == 3",
                "1u - 2u > 0u",
                "uint(-1) > 0u",
                "int(18446744073709551615u) < 0",
                "-(-9223372036854775808) < 0",
                "{[1]: 2}.size() == 1",
                "timestamp('2024-01-02T03:04:05Z').getHours([1]) == 1",
            })
    void failuresAreTold(String expression) {
        assertThatThrownBy(() -> value(expression)).as(expression).isInstanceOf(Cel.Failure.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "self.", "self.a +", "(", "[1", "self..a", "a ? b", "'open", "1 2", "self.for(x, y)", "@"})
    void whatIsNoExpressionIsRefused(String expression) {
        assertThatThrownBy(() -> value(expression)).as(expression).isInstanceOf(Cel.Failure.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[1,2,3,4,5,6,7,8,9,10].all(a, [1,2,3,4,5,6,7,8,9,10].all(b, [1,2,3,4,5,6,7,8,9,10].all(c, "
                        + "[1,2,3,4,5,6,7,8,9,10].all(d, [1,2,3,4,5,6,7,8,9,10].all(e, [1,2,3,4,5,6,7,8,9,10].all(f, "
                        + "[1,2,3,4,5,6,7,8,9,10].all(g, a + b + c + d + e + f + g > 0)))))))",
                "cel.bind(a, 'xxxxxxxxxxxxxxxx', cel.bind(b, a+a+a+a+a+a+a+a, cel.bind(c, b+b+b+b+b+b+b+b, cel.bind(d, "
                        + "c+c+c+c+c+c+c+c, cel.bind(e, d+d+d+d+d+d+d+d, cel.bind(f, e+e+e+e+e+e+e+e, "
                        + "cel.bind(g, f+f+f+f+f+f+f+f, cel.bind(h, g+g+g+g+g+g+g+g, h != ''))))))))",
            })
    void hostileExpressionsRunOutOfBudget(String expression) {
        assertThatThrownBy(() -> value(expression)).isInstanceOf(CelRun.OverBudget.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"self.split('').size() > 0", "self.findAll('.').size() > 0", "self.findAll('').size() > 0"})
    void whatIsMadeOfLongTextIsPaidFor(String expression) {
        var scope = new CelRun.Scope("self", "x".repeat((int) BUDGET + 1), null);
        assertThatThrownBy(() -> new CelRun(BUDGET).value(CelParser.parse(expression), scope))
                .isInstanceOf(CelRun.OverBudget.class);
    }

    /** Each holds the one before twice: walking through the last one would take as many steps as there are paths. */
    @ParameterizedTest
    @ValueSource(strings = {"v59 in {'a': 1}", "v59 == v59", "timestamp('2024-01-02T03:04:05Z').getHours(v59) == 1"})
    void whatSharesItsPartsIsNotWalkedFreely(String expression) {
        var text = new StringBuilder("cel.bind(v0, [1, 1], ");
        for (int i = 1; i < 60; i++) text.append("cel.bind(v%d, [v%d, v%d], ".formatted(i, i - 1, i - 1));
        var cel = CelParser.parse(text + expression + ")".repeat(60));
        try {
            assertThat(new CelRun(BUDGET).value(cel, null)).isEqualTo(false);
        } catch (Cel.Failure | CelRun.OverBudget e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
    }

    static Stream<String> longest() {
        return Stream.of(
                "true" + " && true".repeat(399),
                "1" + "+1".repeat(398) + " == 399",
                "size(" + "[1].map(x, ".repeat(90) + "1" + "+1".repeat(300) + ")".repeat(90) + ") == 1");
    }

    @ParameterizedTest
    @MethodSource("longest")
    void longestExpressionsFitTheStackOfARequest(String expression) throws Exception {
        var read = new CompletableFuture<Object>();
        Thread.ofVirtual().start(() -> {
            try {
                var cel = CelParser.parse(expression);
                CelCheck.known(cel, null);
                read.complete(new CelRun(BUDGET).value(cel, null));
            } catch (Throwable e) {
                read.completeExceptionally(e);
            }
        });
        assertThat(read.get()).isEqualTo(true);
    }

    @Test
    void hostileTextsAreRefused() {
        assertThatThrownBy(() -> CelParser.parse("'a'.matches('" + ".{1000}".repeat(100) + "')"))
                .isInstanceOf(Cel.Failure.class);
        assertThatThrownBy(() -> CelParser.parse("(".repeat(10_000))).isInstanceOf(Cel.Failure.class);
        assertThatThrownBy(() -> CelParser.parse("!".repeat(10_000) + "true")).isInstanceOf(Cel.Failure.class);
        assertThatThrownBy(() -> CelParser.parse("1" + "+1".repeat(10_000))).isInstanceOf(Cel.Failure.class);
        assertThatThrownBy(() -> CelParser.parse("a" + ".a".repeat(10_000))).isInstanceOf(Cel.Failure.class);
        assertThatThrownBy(() -> CelParser.parse("x".repeat(100_000))).isInstanceOf(Cel.Failure.class);
    }
}
