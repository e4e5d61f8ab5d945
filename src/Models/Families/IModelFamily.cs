using ExpertCluster.Models.Architecture;

namespace ExpertCluster.Models.Families;

/// <summary>Reads the config.json of one family. A new family is a new file and its line in <see cref="ModelFamilies"/>.</summary>
internal interface IModelFamily
{
    /// <summary>As "architectures" names it.</summary>
    string Name { get; }

    string ModelType { get; }

    /// <summary>Fields of <see cref="FamilyConfig.Guarded"/> that it reads itself.</summary>
    IReadOnlyList<string> Reads { get; }

    ModelArchitecture Read(FamilyConfig config);
}
