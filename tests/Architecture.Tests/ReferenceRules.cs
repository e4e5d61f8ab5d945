namespace ExpertCluster.Architecture.Tests;

/// <summary>Checks one project file; every finding is one sentence that says what to change.</summary>
internal static class ReferenceRules
{
    public static IEnumerable<string> Check(ProjectFile project)
    {
        var area = project.Folder.Split('/')[0];
        foreach (var reference in project.Projects)
        {
            if (area != "tests" && reference.StartsWith("tests/", StringComparison.Ordinal) && !Arrows.Reachable(project.Folder).Contains(reference))
            {
                yield return $"{project.Folder} references {reference}: nothing outside tests/ may reference a test project.";
            }
            else if (reference.StartsWith("standins/", StringComparison.Ordinal) && area is "src" or "load" or "bench")
            {
                yield return $"{project.Folder} references {reference}: name it with <OfficialReference>, so that the switch works.";
            }
            else if (area == "standins")
            {
                yield return $"{project.Folder} references {reference}: a stand-in stands alone.";
            }
            else if (area is "src" or "load" or "bench" && !Arrows.Reachable(project.Folder).Contains(reference))
            {
                yield return $"{project.Folder} references {reference}: allowed are {Allowed(project.Folder)}.";
            }
        }

        foreach (var package in project.Official)
        {
            if (!Arrows.OfficialPackages.Contains(package))
            {
                yield return $"{project.Folder} has <OfficialReference Include=\"{package}\">, which no folder in standins/ bears.";
            }
            else if (Arrows.Forbidden(project.Folder).Contains(package))
            {
                yield return $"{project.Folder} references {package}: it must stay free of it.";
            }
        }

        foreach (var package in project.Packages.Where(package => Arrows.OfficialPackages.Contains(package)))
        {
            yield return $"{project.Folder} has <PackageReference Include=\"{package}\">: use <OfficialReference>, so that the switch works.";
        }
    }

    private static string Allowed(string project)
    {
        var others = Arrows.Reachable(project).Where(other => other != project).ToList();
        return others.Count == 0 ? "none" : string.Join(", ", others);
    }
}
