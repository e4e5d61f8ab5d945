namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>What becomes of a request's field. There is no fourth: nothing is ignored in silence.</summary>
internal enum FieldState
{
    /// <summary>It does what its API says.</summary>
    Works,

    /// <summary>It changes no answer here, whatever it says.</summary>
    ChangesNothing,

    /// <summary>It would change the answer, and isn't built: refused by name, unless it asks for nothing.</summary>
    Refused,
}
