import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads Go type declarations of the Kubernetes API and writes what they say, one fact a line. See README.md. */
final class SchemaGenerator {
    private static final List<String> PACKAGES = List.of(
            "meta/v1", "core/v1", "apps/v1", "coordination/v1", "events/v1", "batch/v1", "rbac/v1", "networking/v1",
            "storage/v1", "policy/v1", "discovery/v1", "scheduling/v1", "node/v1", "autoscaling/v1", "autoscaling/v2",
            "authentication/v1", "authorization/v1", "certificates/v1", "admissionregistration/v1", "flowcontrol/v1",
            "resource/v1");

    /** Values that are declared, and that Kubernetes refuses unless a feature gate is opened that is closed by default. */
    private static final Set<String> GATED = Set.of("TolerationOpLt", "TolerationOpGt");

    private static final Map<String, String> FOREIGN = Map.ofEntries(
            Map.entry("resource.Quantity", "quantity"),
            Map.entry("intstr.IntOrString", "intorstring"),
            Map.entry("runtime.RawExtension", "any"),
            Map.entry("meta/v1.Time", "time"),
            Map.entry("meta/v1.MicroTime", "microtime"),
            Map.entry("meta/v1.Duration", "duration"),
            Map.entry("meta/v1.FieldsV1", "any"),
            Map.entry("types.UID", "string"),
            Map.entry("types.NodeName", "string"),
            Map.entry("interface{}", "any"),
            Map.entry("int", "int64"),
            Map.entry("uint16", "int32"),
            Map.entry("uint32", "int64"),
            Map.entry("[]byte", "bytes"),
            Map.entry("string", "string"),
            Map.entry("bool", "bool"),
            Map.entry("int32", "int32"),
            Map.entry("int64", "int64"),
            Map.entry("float64", "float64"));

    private static final Pattern STRUCT = Pattern.compile("type (\\w+) struct \\{");
    private static final Pattern ALIAS = Pattern.compile("type (\\w+) (?:= )?([\\w.\\[\\]{}]+)");
    private static final Pattern CONST = Pattern.compile("\\s+(\\w+)\\s+(\\w+)\\s*=\\s*\"([^\"]*)\".*");
    private static final Pattern FIELD = Pattern.compile("\\s+(?:(\\w+)\\s+)?([\\w.*\\[\\]{}]+)\\s+`(.*)`.*");
    private static final Pattern MARKER = Pattern.compile("\\s*//\\s*\\+([\\w:-]+)(?:=(.*?))?\\s*");
    private static final Pattern IMPORT = Pattern.compile("\\s+(?:(\\w+)\\s+)?\"k8s.io/([\\w/]+)\"");

    record Field(String name, String type, boolean pointer, boolean always, boolean inline, Map<String, String> marks) {}

    record Struct(String name, boolean kind, boolean atomic, List<Field> fields) {}

    record Alias(String name, String type, boolean closed) {}

    /** One Go package; types inside are written as {@code group/version.Name}. */
    static final class Package {
        final String alias;
        final Map<String, Struct> structs = new LinkedHashMap<>();
        final Map<String, Alias> aliases = new LinkedHashMap<>();
        final Map<String, TreeSet<String>> values = new TreeMap<>();
        final Map<String, String> constants = new TreeMap<>();
        String group = "-";

        Package(String alias) {
            this.alias = alias;
        }
    }

    private final Map<String, Package> packages = new LinkedHashMap<>();

    public static void main(String[] args) throws IOException {
        var generator = new SchemaGenerator();
        for (var name : PACKAGES) generator.read(Path.of(args[0]), name);
        Files.writeString(Path.of(args[1]), generator.write());
        GoldenObjects.pack(Path.of(args[0]), Path.of(args[2]));
    }

    private void read(Path root, String name) throws IOException {
        var folder = name.equals("meta/v1")
                ? root.resolve("apimachinery/pkg/apis/meta/v1")
                : root.resolve("api/" + name);
        var pkg = new Package(name);
        packages.put(name, pkg);
        new GoReader(pkg, Files.readAllLines(folder.resolve("types.go"))).read();
        var register = Files.readString(folder.resolve("register.go"));
        var group = Pattern.compile("GroupName = \"([^\"]*)\"").matcher(register);
        if (group.find() && !group.group(1).isEmpty() && !name.equals("meta/v1")) pkg.group = group.group(1);
    }

    /** Goes over the lines of one types.go. */
    static final class GoReader {
        private final Package pkg;
        private final List<String> lines;
        private final Map<String, String> imports = new TreeMap<>();
        private final Map<String, String> marks = new TreeMap<>();
        private int at;

        GoReader(Package pkg, List<String> lines) {
            this.pkg = pkg;
            this.lines = lines;
        }

        void read() {
            for (at = 0; at < lines.size(); at++) {
                var line = lines.get(at);
                if (line.isBlank()) continue;
                if (line.strip().startsWith("//")) {
                    mark(line);
                    continue;
                }
                declaration(line);
                marks.clear();
            }
        }

        private void mark(String line) {
            var m = MARKER.matcher(line);
            if (m.matches()) marks.merge(m.group(1), m.group(2) == null ? "" : m.group(2), (a, b) -> a + "," + b);
        }

        private void declaration(String line) {
            Matcher m;
            if ((m = IMPORT.matcher(line)).matches()) imported(m.group(1), m.group(2));
            else if ((m = STRUCT.matcher(line)).matches()) struct(m.group(1));
            else if ((m = CONST.matcher(line)).matches()) {
                if (!GATED.contains(m.group(1)))
                    pkg.values.computeIfAbsent(m.group(2), _ -> new TreeSet<>()).add(m.group(3));
                pkg.constants.put(m.group(1), m.group(3));
            } else if ((m = ALIAS.matcher(line)).lookingAt()) {
                pkg.aliases.put(m.group(1), new Alias(m.group(1), type(m.group(2)), marks.containsKey("enum")));
            }
        }

        private void imported(String as, String path) {
            var alias = path.endsWith("apis/meta/v1") ? "meta/v1" : path.startsWith("api/") ? path.substring(4) : null;
            var last = path.substring(path.lastIndexOf('/') + 1);
            imports.put(as == null ? last : as, alias == null ? last : alias);
        }

        private void struct(String name) {
            boolean kind = marks.getOrDefault("k8s:deepcopy-gen:interfaces", "").contains("runtime.Object");
            boolean atomic = "atomic".equals(marks.get("structType"));
            marks.clear();
            var fields = new ArrayList<Field>();
            for (at++; !lines.get(at).startsWith("}"); at++) {
                var line = lines.get(at);
                if (line.isBlank()) continue;
                if (line.strip().startsWith("//")) {
                    mark(line);
                    continue;
                }
                var m = FIELD.matcher(line);
                if (m.matches()) field(m.group(1), m.group(2), m.group(3), fields);
                marks.clear();
            }
            pkg.structs.put(name, new Struct(name, kind, atomic, fields));
        }

        private void field(String name, String goType, String tags, List<Field> to) {
            var json = tag(tags, "json").split(",", -1);
            if (json[0].equals("-")) return;
            boolean inline = List.of(json).contains("inline");
            if (json[0].isEmpty() && !inline) throw new IllegalStateException(pkg.alias + ": no json name: " + name);
            var own = new TreeMap<>(marks);
            own.put("patchStrategy", tag(tags, "patchStrategy"));
            own.put("patchMergeKey", tag(tags, "patchMergeKey"));
            var protobuf = tag(tags, "protobuf").split(",");
            own.put("number", protobuf.length > 1 ? protobuf[1] : "");
            boolean omit = List.of(json).contains("omitempty");
            if (omit) own.put("optional", "");
            boolean pointer = goType.startsWith("*");
            to.add(new Field(json[0], type(pointer ? goType.substring(1) : goType), pointer, !omit, inline, own));
        }

        private static String tag(String tags, String name) {
            var m = Pattern.compile("(?:^|\\s)" + name + ":\"([^\"]*)\"").matcher(tags);
            return m.find() ? m.group(1) : "";
        }

        /** The type in our words, names of structs and aliases with their package. */
        private String type(String go) {
            if (FOREIGN.containsKey(go)) return FOREIGN.get(go);
            if (go.startsWith("[]")) return "[]" + type(go.substring(2));
            if (go.startsWith("map[")) return "map:" + type(go.substring(go.indexOf(']') + 1));
            if (go.startsWith("*")) return type(go.substring(1));
            int dot = go.indexOf('.');
            var full = dot < 0
                    ? pkg.alias + "." + go
                    : imports.getOrDefault(go.substring(0, dot), go.substring(0, dot)) + go.substring(dot);
            return FOREIGN.getOrDefault(full, full);
        }
    }

    private String write() {
        var out = new StringBuilder("# Types of the Kubernetes API v1.36, made by schema/generator; do not edit.\n");
        for (var pkg : packages.values()) {
            var prefix = pkg.alias.equals("meta/v1") ? "io.k8s.apimachinery.pkg.apis" : "io.k8s.api";
            var version = pkg.alias.substring(pkg.alias.indexOf('/') + 1);
            out.append("package %s %s.%s %s %s\n"
                    .formatted(pkg.alias, prefix, pkg.alias.replace('/', '.'), pkg.group, version));
            for (var alias : pkg.aliases.values()) write(pkg, alias, out);
            for (var struct : pkg.structs.values()) {
                if (FOREIGN.containsKey(pkg.alias + "." + struct.name) || struct.fields.isEmpty()) continue;
                out.append(struct.kind ? "kind " : "struct ").append(struct.name);
                out.append(struct.atomic ? " atomic\n" : "\n");
                for (var field : flat(struct)) write(pkg, field, out);
            }
        }
        return out.toString();
    }

    private void write(Package pkg, Alias alias, StringBuilder out) {
        if (FOREIGN.containsKey(pkg.alias + "." + alias.name)) return;
        if (alias.type.equals(pkg.alias + ".struct{}")) return;
        if (!alias.type.equals("string")) {
            out.append("alias %s %s\n".formatted(alias.name, local(pkg, alias.type)));
            return;
        }
        out.append("text ").append(alias.name);
        var values = pkg.values.getOrDefault(alias.name, new TreeSet<>());
        if (alias.closed && values.stream().noneMatch(value -> value.contains(" ")))
            values.forEach(value -> out.append(' ').append(value.isEmpty() ? "\"\"" : value));
        out.append('\n');
    }

    private List<Field> flat(Struct struct) {
        var fields = new ArrayList<Field>();
        for (var field : struct.fields) {
            if (!field.inline) fields.add(field);
            else for (var inner : flat(find(field.type))) fields.add(within(field.marks.get("number"), inner));
        }
        return fields;
    }

    /** A member of an embedded struct, which is a message of its own in protobuf. */
    private static Field within(String number, Field field) {
        var marks = new TreeMap<>(field.marks);
        marks.computeIfPresent("number", (_, own) -> own.isEmpty() || number.isEmpty() ? "" : number + "." + own);
        return new Field(field.name, field.type, field.pointer, field.always, field.inline, marks);
    }

    private Struct find(String type) {
        int dot = type.lastIndexOf('.');
        var pkg = packages.get(type.substring(0, Math.max(dot, 0)));
        if (pkg == null) throw new IllegalStateException("no package for " + type);
        var struct = pkg.structs.get(type.substring(dot + 1));
        if (struct == null) throw new IllegalStateException("no struct " + type);
        return struct;
    }

    private void write(Package pkg, Field field, StringBuilder out) {
        var marks = field.marks;
        out.append(' ').append(field.name).append(' ').append(local(pkg, field.type));
        if (!marks.get("number").isEmpty()) out.append(" #").append(marks.get("number"));
        if (marks.containsKey("optional")) out.append(" ?");
        if (field.pointer) out.append(" *");
        if (field.always) out.append(" +");
        if (marks.containsKey("listMapKey")) out.append(" list=map:").append(marks.get("listMapKey"));
        else if (marks.containsKey("listType")) out.append(" list=").append(marks.get("listType"));
        if ("atomic".equals(marks.get("mapType")) || "atomic".equals(marks.get("structType"))) out.append(" atomic");
        if (!marks.get("patchStrategy").isEmpty()) out.append(" patch=").append(marks.get("patchStrategy"));
        if (!marks.get("patchMergeKey").isEmpty()) out.append(" key=").append(marks.get("patchMergeKey"));
        if (marks.containsKey("default")) out.append(" default=").append(constant(pkg, marks.get("default")));
        out.append('\n');
    }

    private static String constant(Package pkg, String value) {
        if (!value.startsWith("ref(")) return value;
        var name = value.substring(4, value.length() - 1);
        return '"' + pkg.constants.get(name) + '"';
    }

    private static String local(Package pkg, String type) {
        return type.replace(pkg.alias + ".", "");
    }
}
