using System.Text.Json;
using System.Text.Json.Serialization;
using ExpertCluster.Files;

namespace ExpertCluster.Cli.GateBench.Sets;

/// <summary>Reads what models/gate-bench/make.py wrote.</summary>
internal static class BenchmarkFolder
{
    private const string About = "about.json";
    private const string Teach = "teach.jsonl";
    private const int MaxAboutBytes = 1 << 20;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter<SetKind>(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <exception cref="InvalidDataException">It holds no benchmark; the message names file and line.</exception>
    public static GateBenchmark Load(string folder)
    {
        string file = Path.Combine(folder, About);
        var about = Parse<AboutFile>(RegularFile.ReadAllText(file, MaxAboutBytes), file);
        if (about.Fields.Count < 2 || about.Sets.Count == 0 || about.Sets[0].Kind != SetKind.Field)
        {
            throw new InvalidDataException($"{file}: at least two fields are needed, and a first set of the kind \"field\"");
        }

        var names = about.Fields.Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
        string taught = Path.Combine(folder, Teach);
        var examples = Rows(taught, names, SetKind.Field).ToLookup(r => r.Field, r => r.Text);
        List<BenchSet> sets = [];
        foreach (var one in about.Sets)
        {
            string path = Path.Combine(folder, Path.GetFileName(one.File));
            BenchSet set = new(one.Name, one.Kind, one.Of, Rows(path, names, one.Kind));
            if (one.Kind == SetKind.Unchanged && sets.Find(s => s.Name == one.Of)?.Texts.Count != set.Texts.Count)
            {
                throw new InvalidDataException($"{file}: the set \"{one.Name}\" is of \"{one.Of}\"; that must stand before it, with as many lines");
            }

            sets.Add(set);
        }

        return new GateBenchmark([.. about.Fields.Select(f => new BenchField(f.Name, f.Description, f.Keywords, [.. examples[f.Name]]))], sets);
    }

    private static List<BenchText> Rows(string file, HashSet<string> fields, SetKind kind)
    {
        List<BenchText> rows = [];
        foreach (string line in RegularFile.ReadLines(file))
        {
            string place = $"{file}:{rows.Count + 1}";
            var row = Parse<Row>(line, place);
            if (kind == SetKind.Nobody ? row.Field is not null : row.Field is null || !fields.Contains(row.Field))
            {
                throw new InvalidDataException($"{place}: field is {(row.Field is null ? "null" : $"\"{row.Field}\"")}; {(kind == SetKind.Nobody ? "this set is of no field" : $"{About} names no such field")}");
            }

            rows.Add(new BenchText(row.Text, row.Field));
        }

        return rows.Count > 0 ? rows : throw new InvalidDataException($"{file} has no lines");
    }

    private static T Parse<T>(string text, string place)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, Json) ?? throw new JsonException("null");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{place}: {error.Message}", error);
        }
    }

    private sealed record AboutFile([property: JsonRequired] IReadOnlyList<AboutField> Fields, [property: JsonRequired] IReadOnlyList<AboutSet> Sets);

    private sealed record AboutField(
        [property: JsonRequired] string Name, [property: JsonRequired] string Description, [property: JsonRequired] IReadOnlyList<string> Keywords);

    private sealed record AboutSet(
        [property: JsonRequired] string Name, [property: JsonRequired] SetKind Kind, string? Of, [property: JsonRequired] string File);

    private sealed record Row([property: JsonRequired] string Text, string? Field);
}
