package io.smarter.json;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.StreamDataWriter;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Writes JSON values as YAML that readers of version 1.1 and 1.2 understand alike: a text that one of them could take for
 * something else, such as {@code yes} or {@code 1_000}, is quoted. Pure functions.
 */
final class YamlWriter {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z/][A-Za-z0-9./_-]*(:[A-Za-z0-9/_-][A-Za-z0-9./_-]*)*");
    private static final Pattern OTHER_MEANING = Pattern.compile("(?i)y|n|yes|no|on|off|true|false|null|nan|inf");

    private YamlWriter() {}

    static String text(Json value) {
        var settings = DumpSettings.builder().setWidth(Integer.MAX_VALUE).build();
        var out = new Out();
        new Dump(settings).dumpNode(node(value), out);
        return out.toString();
    }

    private static Node node(Json value) {
        return switch (value) {
            case Json.Obj object -> {
                var members = new ArrayList<NodeTuple>();
                for (var member : object.members().entrySet())
                    members.add(new NodeTuple(string(member.getKey()), node(member.getValue())));
                yield new MappingNode(Tag.MAP, members, members.isEmpty() ? FlowStyle.FLOW : FlowStyle.BLOCK);
            }
            case Json.Arr(var items) -> {
                List<Node> nodes = new ArrayList<>();
                for (var item : items) nodes.add(node(item));
                yield new SequenceNode(Tag.SEQ, nodes, items.isEmpty() ? FlowStyle.FLOW : FlowStyle.BLOCK);
            }
            case Json.Str(var text) -> string(text);
            case Json.Num(var literal) ->
                scalar(literal.contains(".") || literal.contains("e") ? Tag.FLOAT : Tag.INT, literal);
            case Json.Bool(var flag) -> scalar(Tag.BOOL, Boolean.toString(flag));
            case Json.Null _ -> scalar(Tag.NULL, "null");
        };
    }

    private static Node string(String text) {
        if (PLAIN.matcher(text).matches() && !OTHER_MEANING.matcher(text).matches()) return scalar(Tag.STR, text);
        var style = isBlock(text) ? ScalarStyle.LITERAL : ScalarStyle.DOUBLE_QUOTED;
        return new ScalarNode(Tag.STR, text, style);
    }

    private static boolean isBlock(String text) {
        return text.indexOf('\n') > 0 && text.chars().allMatch(c -> c == '\n' || c >= 0x20 && c < 0x7f);
    }

    private static Node scalar(Tag tag, String text) {
        return new ScalarNode(tag, text, ScalarStyle.PLAIN);
    }

    private static final class Out extends StringWriter implements StreamDataWriter {
        @Override
        public void flush() {
            super.flush();
        }
    }
}
