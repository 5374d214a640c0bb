package io.smarter.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** Reads one text as {@link YamlNode}s. Used once, by one thread. */
final class YamlNodes {
    private static final int MAX_DEPTH = 64;
    private static final int MAX_NUMBER = 100;

    /** How many values there may be more than the text has characters, by its aliases. */
    private static final int MAX_GROWTH = 10_000;

    private final String text;
    private final LoadSettings settings;
    private int room;

    /** Ends the reading: the whole document is broken. */
    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final int line;

        Refused(int line, String why) {
            super(why);
            this.line = line;
        }
    }

    YamlNodes(byte[] utf8) {
        text = new String(utf8, StandardCharsets.UTF_8);
        room = text.length() + MAX_GROWTH;
        settings = LoadSettings.builder()
                .setSchema(new YamlScalars())
                .setAllowNonScalarKeys(true)
                .setCodePointLimit(Math.max(1, utf8.length))
                .build();
    }

    YamlNode read() {
        try {
            var documents = new Composer(settings, new ParserImpl(settings, new StreamReader(settings, text)));
            if (!documents.hasNext()) return new YamlNode.Broken(1, "there is no YAML document");
            var only = documents.next();
            if (documents.hasNext())
                return new YamlNode.Broken(line(documents.next()), "a second YAML document begins");
            return node(only, 1);
        } catch (Refused e) {
            return new YamlNode.Broken(e.line, String.valueOf(e.getMessage()));
        } catch (MarkedYamlEngineException e) {
            return new YamlNode.Broken(line(e.getProblemMark().or(e::getContextMark)), "no YAML: " + e.getProblem());
        } catch (ReaderException e) {
            var before = text.codePoints().limit(e.getPosition());
            return new YamlNode.Broken(
                    1 + (int) before.filter(c -> c == '\n').count(),
                    "no YAML: the character U+%04X is not allowed".formatted(e.getCodePoint()));
        } catch (YamlEngineException e) {
            return new YamlNode.Broken(1, "no YAML: " + e.getMessage());
        } catch (StackOverflowError _) { // the parser counts no depth
            return new YamlNode.Broken(1, tooDeep());
        }
    }

    private static String tooDeep() {
        return "nested deeper than " + MAX_DEPTH;
    }

    private static int line(Optional<Mark> mark) {
        return mark.map(Mark::getLine).orElse(0) + 1;
    }

    private static int line(Node node) {
        return line(node.getStartMark());
    }

    private YamlNode node(Node node, int depth) {
        int line = line(node);
        if (depth > MAX_DEPTH) throw new Refused(line, tooDeep());
        if (--room < 0) throw new Refused(line, "its aliases make the document too long");
        return switch (node) {
            case ScalarNode scalar -> scalar(scalar, line);
            case SequenceNode sequence -> {
                var items = new ArrayList<YamlNode>();
                for (var item : sequence.getValue()) items.add(node(item, depth + 1));
                yield new YamlNode.Sequence(line, items);
            }
            case MappingNode mapping -> mapping(mapping, line, depth);
            default -> new YamlNode.Broken(line, "neither text nor list nor mapping");
        };
    }

    private YamlNode mapping(MappingNode mapping, int line, int depth) {
        var members = new ArrayList<YamlNode.Member>();
        for (var tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key))
                return new YamlNode.Broken(line(tuple.getKeyNode()), "a key must be text");
            members.add(new YamlNode.Member(line(key), key.getValue(), node(tuple.getValueNode(), depth + 1)));
        }
        return new YamlNode.Mapping(line, members);
    }

    private YamlNode scalar(ScalarNode scalar, int line) {
        var tag = scalar.getTag();
        if (tag.equals(Tag.STR)) return new YamlNode.Scalar(line, new Json.Str(scalar.getValue()));
        if (tag.equals(Tag.NULL)) return new YamlNode.Scalar(line, Json.Null.NULL);
        boolean known = tag.equals(Tag.BOOL) || tag.equals(Tag.INT) || tag.equals(Tag.FLOAT);
        if (!known) return new YamlNode.Broken(line, "the tag " + tag.getValue() + " has no meaning here");
        if (scalar.getValue().length() > MAX_NUMBER)
            return new YamlNode.Broken(line, "a number of more than " + MAX_NUMBER + " characters");
        try {
            var read = settings.getSchema().getSchemaTagConstructors().get(tag);
            if (read != null && read.construct(scalar) instanceof Json value) return new YamlNode.Scalar(line, value);
        } catch (IllegalArgumentException _) {
            // as one written with a tag that it does not fit, or no number of JSON
        }
        return new YamlNode.Broken(line, "no JSON for " + scalar.getValue());
    }
}
