namespace ExpertCluster.Architecture.Tests;

/// <summary>A file of one folder names what another folder of the same project has.</summary>
/// <param name="From">The namespace that uses; namespaces equal folders.</param>
/// <param name="To">The namespace that is used.</param>
/// <param name="Place"><c>file:line</c>.</param>
/// <param name="Name">The type or extension method, or the <c>using</c> line.</param>
internal sealed record FolderUse(string From, string To, string Place, string Name);
