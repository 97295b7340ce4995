"""Entry point: `streamlit run app.py`."""

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

from pages._ui.shared.navigation import main

if __name__ == "__main__":
    main()
