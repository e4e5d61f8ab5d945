using System.Text.RegularExpressions;

namespace ExpertCluster.Architecture.Tests;

/// <summary>
/// What the folders of one project use of each other: by <c>using</c>, by a type or extension method of an enclosing
/// namespace, which needs none, and by a dotted name. Names are matched as words, so a member that is called like a type
/// of an enclosing namespace counts too: call one of them otherwise.
/// </summary>
internal sealed partial class FolderUses
{
    private readonly List<Source> _sources = [];

    /// <summary>By name of a type, or of an extension method with its dot: the namespaces that have one.</summary>
    private readonly Dictionary<string, HashSet<string>> _owners = new(StringComparer.Ordinal);

    private readonly HashSet<string> _namespaces = new(StringComparer.Ordinal);

    private FolderUses(IEnumerable<(string Path, string Text)> files)
    {
        foreach (var (path, text) in files)
        {
            string code = SourceText.CodeOnly(text);

            // A program's statements have no namespace: nobody can name them, so no circle leads through them.
            if (Namespace().Match(code) is { Success: true } found)
            {
                _sources.Add(new Source(path, code, found.Groups[1].Value));
            }
        }

        foreach (var source in _sources)
        {
            _namespaces.Add(source.Namespace);
            foreach (Match type in Declaration().Matches(source.Code))
            {
                Own(type.Groups[1].Value, source.Namespace);
            }

            foreach (Match method in Extension().Matches(source.Code))
            {
                Own("." + method.Groups[1].Value, source.Namespace);
            }
        }
    }

    /// <summary>All uses among the files of one project.</summary>
    public static IReadOnlyList<FolderUse> Find(IEnumerable<(string Path, string Text)> files)
    {
        var uses = new FolderUses(files);
        return [.. uses._sources.SelectMany(uses.Of)];
    }

    private void Own(string name, string owner)
    {
        if (!_owners.TryGetValue(name, out var owners))
        {
            _owners.Add(name, owners = new HashSet<string>(StringComparer.Ordinal));
        }

        owners.Add(owner);
    }

    private IEnumerable<FolderUse> Of(Source source)
    {
        string[] lines = source.Code.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            var named = Using().Match(lines[i]) is { Success: true } import
                ? Imported(import.Groups[1].Value, lines[i].Trim())
                : Named(source.Namespace, lines[i]);
            foreach (var (owner, name) in named.Distinct())
            {
                if (owner != source.Namespace)
                {
                    yield return new FolderUse(source.Namespace, owner, $"{source.Path}:{i + 1}", name);
                }
            }
        }
    }

    /// <summary>The namespace of a using, or of the type that a static or an alias names.</summary>
    private IEnumerable<(string Owner, string Name)> Imported(string target, string line)
    {
        string? owner = _namespaces.Contains(target) ? target : Parent(target);
        return owner is not null && _namespaces.Contains(owner) ? [(owner, line)] : [];
    }

    private IEnumerable<(string Owner, string Name)> Named(string from, string line)
    {
        string chain = "";
        int end = -1;
        foreach (Match match in Names().Matches(line))
        {
            var (name, isMember) = (match.Groups["name"].Value, match.Groups["dot"].Success);
            string qualifier = isMember && match.Index == end ? chain : "";
            chain = qualifier.Length > 0 ? $"{qualifier}.{name}" : name;
            end = match.Index + match.Length;

            // The nearest that has it hides the others, the file's own namespace first.
            string key = isMember ? "." + name : name;
            if (Around(from).FirstOrDefault(outer => Has(key, outer)) is { } owner)
            {
                yield return (owner, key);
            }

            if (qualifier.Length > 0)
            {
                foreach (string called in Around(from).Select(outer => $"{outer}.{qualifier}").Append(qualifier).Where(called => Has(name, called)))
                {
                    yield return (called, chain);
                }
            }
        }
    }

    private bool Has(string name, string owner) => _owners.TryGetValue(name, out var owners) && owners.Contains(owner);

    /// <summary>The namespace and those around it, the innermost first.</summary>
    private static IEnumerable<string> Around(string name)
    {
        for (string? outer = name; outer is not null; outer = Parent(outer))
        {
            yield return outer;
        }
    }

    private static string? Parent(string name) => name.LastIndexOf('.') is > 0 and int dot ? name[..dot] : null;

    private sealed record Source(string Path, string Code, string Namespace);

    [GeneratedRegex(@"^namespace\s+([\w.]+)\s*;", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^(?:\[[^\]\n]*\]\s*)?(?:(?:public|internal|file|sealed|static|abstract|partial|readonly|ref|unsafe)\s+)*(?:class|struct|interface|enum|record(?:\s+(?:struct|class))?|delegate\s[^(\n]*?)\s*\b(\w+)\s*(?:[<({;:\n]|$)",
        RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\bstatic\s[^(=;\n]*?\b(\w+)(?:<[^>\n]*>)?\(\s*this\s", RegexOptions.CultureInvariant)]
    private static partial Regex Extension();

    [GeneratedRegex(@"^\s*(?:global\s+)?using\s+(?:static\s+)?(?:\w+\s*=\s*)?([A-Z]\w*(?:\.\w+)*)\s*;", RegexOptions.CultureInvariant)]
    private static partial Regex Using();

    /// <summary>A dot in front makes it a member's name, or the end of a dotted one; two are a range.</summary>
    [GeneratedRegex(@"(?<dot>(?<!\.)\??\.)?(?<name>\b[A-Za-z_]\w*)", RegexOptions.CultureInvariant)]
    private static partial Regex Names();
}
