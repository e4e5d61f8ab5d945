using ExpertCluster.Cluster.Catalogue;
using ExpertCluster.Models.Adapters;
using ExpertCluster.Models.Checkpoints;
using ExpertCluster.Models.Import;

namespace ExpertCluster.Cli.Preparation;

/// <summary>Reads every adapter once before anything starts, so that a wrong one is told here and not by a host at two in the morning.</summary>
internal static class AdapterCheck
{
    public static void Run(ExpertCatalogue catalogue, IReadOnlyDictionary<string, ImportedModel> bases)
    {
        foreach (var expert in catalogue.Experts)
        {
            if (expert.Adapter is not { } folder)
            {
                continue;
            }

            try
            {
                PeftAdapter.Load(folder, bases[expert.Base].Shape);
            }
            catch (CheckpointException error)
            {
                throw new CatalogueException($"expert {expert.Name}: {error.Message}", error);
            }
        }
    }
}
