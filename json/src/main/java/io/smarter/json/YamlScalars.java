package io.smarter.json;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.ConstructNode;
import org.snakeyaml.engine.v2.constructor.ConstructScalar;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.CoreScalarResolver;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * What plain words and numbers mean, as kubectl reads them: the core schema of YAML 1.2 with the flags ({@code yes},
 * {@code off}), octal numbers ({@code 010}) and underscores ({@code 1_000}) of YAML 1.1. But {@code y} and {@code n} are
 * letters here: nobody means a flag by them, and many a name is one letter long.
 */
final class YamlScalars extends CoreSchema {
    private static final Set<String> TRUE = Set.of("yes", "on", "true");
    private static final Pattern FLAG =
            Pattern.compile("yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF|true|True|TRUE|false|False|FALSE");
    private static final Pattern INTEGER = Pattern.compile(
            "[-+]?(?:0b[01_]*[01][01_]*|0o[0-7_]*[0-7][0-7_]*|0x[0-9a-fA-F_]*[0-9a-fA-F][0-9a-fA-F_]*|[0-9][0-9_]*)");

    private final CoreScalarResolver resolver = new CoreScalarResolver(true);
    private final Map<Tag, ConstructNode> constructors = new HashMap<>(super.getSchemaTagConstructors());

    YamlScalars() {
        resolver.addImplicitResolver(Tag.BOOL, FLAG, "yYnNoOtTfF");
        resolver.addImplicitResolver(Tag.INT, INTEGER, "-+0123456789");
        constructors.put(Tag.BOOL, construct(text -> Json.of(TRUE.contains(text.toLowerCase(Locale.ROOT)))));
        constructors.put(Tag.INT, construct(YamlScalars::integer));
        constructors.put(Tag.FLOAT, construct(YamlScalars::decimal));
    }

    @Override
    public ScalarResolver getScalarResolver() {
        return resolver;
    }

    @Override
    public Map<Tag, ConstructNode> getSchemaTagConstructors() {
        return constructors;
    }

    private static ConstructNode construct(Function<String, Json> read) {
        return new ConstructScalar() {
            @Override
            public Object construct(Node node) {
                return read.apply(constructScalar(node));
            }
        };
    }

    private static Json integer(String text) {
        boolean signed = text.startsWith("-") || text.startsWith("+");
        var digits = (signed ? text.substring(1) : text).replace("_", "");
        var sign = text.startsWith("-") ? "-" : "";
        if (digits.startsWith("0b")) return number(sign, digits.substring(2), 2);
        if (digits.startsWith("0o")) return number(sign, digits.substring(2), 8);
        if (digits.startsWith("0x")) return number(sign, digits.substring(2), 16);
        boolean octal =
                digits.length() > 1 && digits.startsWith("0") && digits.chars().allMatch(c -> c < '8');
        return number(sign, digits, octal ? 8 : 10);
    }

    private static Json number(String sign, String digits, int radix) {
        return new Json.Num(new BigInteger(sign + digits, radix).toString());
    }

    /** Without a fraction where there is none. */
    private static Json decimal(String text) {
        var plain = text.toLowerCase(Locale.ROOT);
        if (plain.endsWith("inf") || plain.endsWith("nan"))
            throw new IllegalArgumentException("no JSON for the number " + text);
        double value = Double.parseDouble(plain);
        boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
        return new Json.Num(whole ? Long.toString((long) value) : Double.toString(value));
    }
}
