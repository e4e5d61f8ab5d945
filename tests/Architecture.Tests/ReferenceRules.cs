namespace ExpertCluster.Architecture.Tests;

/// <summary>Checks one project file; every finding is one sentence that says what to change.</summary>
internal static class ReferenceRules
{
    public static IEnumerable<string> Check(ProjectFile project)
    {
        string area = project.Folder.Split('/')[0];
        foreach (string reference in project.Projects)
        {
            if (area != "tests" && reference.StartsWith("tests/", StringComparison.Ordinal) && !Arrows.Reachable(project.Folder).Contains(reference))
            {
                yield return $"{project.Folder} references {reference}: nothing outside tests/ may reference a test project.";
            }
            else if (area is "src" or "load" or "bench" && !Arrows.Reachable(project.Folder).Contains(reference))
            {
                yield return $"{project.Folder} references {reference}: allowed are {Allowed(project.Folder)}.";
            }
        }

        foreach (string? package in project.Packages.Where(package => Arrows.Forbidden(project.Folder, package) is not null))
        {
            yield return $"{project.Folder} references {package}: it must stay free of it.";
        }
    }

    private static string Allowed(string project)
    {
        var others = Arrows.Reachable(project).Where(other => other != project).ToList();
        return others.Count == 0 ? "none" : string.Join(", ", others);
    }
}
