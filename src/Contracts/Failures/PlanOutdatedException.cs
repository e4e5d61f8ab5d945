namespace ExpertCluster.Contracts.Failures;

/// <summary>
/// Every host that could carry a plan out has another catalogue than the plan was made by: a plan that is made anew, by the catalogue as it
/// is then, may find hosts that know it, or that what it names is gone.
/// </summary>
public sealed class PlanOutdatedException(Failure failure) : RequestFailedException(failure)
{
}
