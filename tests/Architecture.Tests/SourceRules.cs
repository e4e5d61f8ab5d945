using System.Text.RegularExpressions;

namespace ExpertCluster.Architecture.Tests;

/// <summary>Checks one source file; every finding starts with <c>file:line</c>.</summary>
internal static partial class SourceRules
{
    /// <summary>House style: a file of more lines wants a reason, written in LongFiles.txt.</summary>
    public const int LongFile = 500;

    public static IEnumerable<string> Namespaces(string path, string source, string project)
    {
        string code = SourceText.CodeOnly(source);
        foreach (var (forbidden, reason) in Arrows.ForbiddenNamespaces(project))
        {
            // A name at the start of a dotted name, or the whole of a using: not a member that is called alike.
            var use = new Regex($@"(?<![\w.])(?:global::)?{Regex.Escape(forbidden)}(?=\s*[.;])", RegexOptions.CultureInvariant);
            foreach (Match match in use.Matches(code))
            {
                yield return $"{path}:{Line(code, match.Index)}: names {forbidden}. {reason}.";
            }
        }
    }

    public static IEnumerable<string> FileScopedNamespace(string path, string source)
    {
        string code = SourceText.CodeOnly(source);
        foreach (Match match in BlockNamespace().Matches(code))
        {
            yield return $"{path}:{Line(code, match.Index)}: block-scoped namespace; write 'namespace X;'.";
        }

        if (TypeAtStart().Match(code) is { Success: true } type && !code.Contains("namespace ", StringComparison.Ordinal)
            && Path.GetFileName(path) != "Program.cs")
        {
            yield return $"{path}:{Line(code, type.Index)}: a type outside any namespace.";
        }
    }

    public static IEnumerable<string> NamespaceOfFolder(string path, string source, ProjectFile project)
    {
        string below = Path.GetDirectoryName(path)!.Replace('\\', '/')[project.Folder.Length..].Replace('/', '.');
        string code = SourceText.CodeOnly(source);
        if (DeclaredNamespace().Match(code) is { Success: true } found && found.Groups[1].Value != project.RootNamespace + below)
        {
            yield return $"{path}:{Line(code, found.Index)}: declares {found.Groups[1].Value}; its folder says {project.RootNamespace}{below}.";
        }
    }

    private static int Line(string code, int index) => code.AsSpan(0, index).Count('\n') + 1;

    [GeneratedRegex(@"^namespace\s+([\w.]+)\s*;", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex DeclaredNamespace();

    [GeneratedRegex(@"^[ \t]*namespace\s+[\w.]+\s*\{", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex BlockNamespace();

    [GeneratedRegex(@"^(?:(?:public|internal|file|sealed|static|abstract|partial|readonly|ref|unsafe)\s+)*(?:class|struct|interface|enum|record)\s+\w",
        RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex TypeAtStart();
}
